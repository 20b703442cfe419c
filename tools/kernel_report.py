"""What TensorFlow makes of the environment that the kernels of a page would get.

`make portability` runs it before each of its three rounds. A variable that has no
effect would let a round pass for nothing, so that is an error: exit 1, and why.
"""

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass

from tools.notebook_execute import kernel_environment

VARIABLES = (
    "ONEDNN_MAX_CPU_ISA",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "OMP_NUM_THREADS",
)
# One small convolution under ONEDNN_VERBOSE, and the names of TensorFlow's threads.
# The thread pools of a graph are only started by a graph, hence the tf.function.
PROBE = """
import os
import tensorflow as tf
image, kernel = tf.ones((8, 32, 32, 16)), tf.ones((3, 3, 16, 16))
tf.function(lambda: tf.nn.conv2d(image, kernel, 1, "SAME"))().numpy()
tasks = "/proc/self/task"
names = [open(f"{tasks}/{t}/comm").read().strip() for t in os.listdir(tasks)] \\
    if os.path.isdir(tasks) else []
print("graph threads:", names.count("tf_Compute"))
"""


@dataclass(frozen=True)
class Seen:
    """oneDNN's threads and instruction set, who convolved, threads of graphs."""

    threads: int | None
    instructions: str
    convolved_by_onednn: bool
    graph_threads: int | None


def read(text: str) -> Seen:
    """Read what the probe printed, oneDNN's own lines among it."""
    threads = re.search(r"nthr:(\d+)", text)
    instructions = re.search(r"cpu,isa:(.*)", text)
    graph = re.search(r"graph threads: (\d+)", text)
    return Seen(
        threads=int(threads[1]) if threads else None,
        instructions=instructions[1] if instructions else "unknown",
        convolved_by_onednn="exec,cpu,convolution" in text,
        graph_threads=int(graph[1]) if graph else None,
    )


def without_effect(asked: dict[str, str], seen: Seen) -> list[str]:
    """The variables in `asked` that TensorFlow did not heed."""
    silent = []
    if asked.get("ONEDNN_MAX_CPU_ISA") == "AVX2" and (
        "AVX-512" in seen.instructions or not seen.convolved_by_onednn
    ):
        silent.append("ONEDNN_MAX_CPU_ISA")
    if asked.get("TF_ENABLE_ONEDNN_OPTS") == "0" and seen.convolved_by_onednn:
        silent.append("TF_ENABLE_ONEDNN_OPTS")
    if asked.get("TF_NUM_INTRAOP_THREADS") == "1" and (seen.threads or 1) > 1:
        silent.append("TF_NUM_INTRAOP_THREADS")
    if asked.get("TF_NUM_INTEROP_THREADS") == "1" and (seen.graph_threads or 1) > 1:
        silent.append("TF_NUM_INTEROP_THREADS")
    return silent


def main() -> int:
    asked = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    run = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=kernel_environment() | {"ONEDNN_VERBOSE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        print(f"the probe failed:\n{run.stderr[-2000:]}")
        return 1
    seen = read(run.stdout)
    settings = " ".join(f"{name}={value}" for name, value in asked.items())
    print(f"kernels get: {settings or 'no settings'}")
    print(
        f"TensorFlow uses: {seen.threads} threads within an operation, "
        f"{seen.graph_threads} between operations, instructions {seen.instructions}, "
        f"convolution by {'oneDNN' if seen.convolved_by_onednn else 'Eigen'}"
    )
    silent = without_effect(asked, seen)
    for name in silent:
        print(f"ERROR: {name} had no effect, this round would prove nothing")
    return 1 if silent else 0


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(main())
