"""The process that runs trials: `python -m cnnbook.tuning.worker module:function`.

Once the objective is imported it says so by an empty line. Then it reads a line of JSON
for each trial from its standard input, and answers with a line. When the input ends,
for whatever reason, it ends at once: no worker outlives the search that started it.
"""

import json
import os
import queue
import sys
import threading
from dataclasses import asdict

from cnnbook.tuning.objective import load_objective, run_trial


def main(arguments: list[str]) -> int:
    """Answer requests until the input ends."""
    # the answers alone go to the real output; whatever a trial prints, to the log
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    objective = load_objective(arguments[0])
    answers.write("\n")
    answers.flush()
    while True:
        request = json.loads(requests.get())
        trial = run_trial(
            objective,
            request["number"],
            request["config"],
            epochs=request["epochs"],
            seeds=tuple(request["seeds"]),
        )
        answers.write(json.dumps(asdict(trial)) + "\n")
        answers.flush()


def _listen(requests: queue.Queue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    # also in the middle of a trial: nobody is left to hear the answer
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
