"""What one worker process does, from its place in the list to its results."""

import io
import json
import os
import platform
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from cnnbook.checks import require_at_least, require_between
from cnnbook.files import write_atomically
from cnnbook.training.workers.job import Job
from cnnbook.training.workers.loop import digest, train_share, try_fit
from cnnbook.training.workers.watch import OTHER_LOST, Watch


def tf_config(addresses: Sequence[str], index: int) -> str:
    """The value of TF_CONFIG from which TensorFlow learns who takes part.

    >>> tf_config(["10.0.0.1:2222", "10.0.0.2:2222"], 1)
    '{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, \
"task": {"type": "worker", "index": 1}}'
    """
    require_addresses(addresses)
    require_between("index", index, 0, len(addresses) - 1)
    return json.dumps(
        {
            "cluster": {"worker": list(addresses)},
            "task": {"type": "worker", "index": index},
        }
    )


def require_addresses(addresses: Sequence[str]) -> None:
    """Refuse a list that is empty, names an address twice, or one without a port."""
    require_at_least("len(addresses)", len(addresses), 1)
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65_536:
            raise ValueError(
                f'`addresses` must look like "host:port", got {address!r}.'
            )
    if len(set(addresses)) < len(addresses):
        raise ValueError(
            f"`addresses` must differ, got {', '.join(addresses)}. Two workers on one "
            "machine need two ports."
        )


def run_worker(
    job_text: str,
    addresses: Sequence[str],
    index: int,
    *,
    results: Path,
    threads: int = 0,
    patience: float = 120.0,
    parent: int = 0,
) -> int:
    """Meet the others, train, and write `worker-<index>.json` into `results`.

    The chief, index 0, writes the weights as `weights.npz` before. The answer is an
    exit code, 0 where all went well. `patience` and `parent` are those of `Watch`.
    Sets TF_CONFIG and the numbers of threads of this process: it needs one of its own.
    """
    job = Job.from_json(job_text)
    os.environ["TF_CONFIG"] = tf_config(addresses, index)
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    watch = Watch(f"worker {index} of {len(addresses)}", patience, parent)
    watch.start()
    strategy = tf.distribute.MultiWorkerMirroredStrategy(
        communication_options=tf.distribute.experimental.CommunicationOptions(
            implementation=tf.distribute.experimental.CommunicationImplementation.RING
        )
    )
    watch.beat("meeting the others")
    try:
        share = train_share(
            job,
            strategy,
            worker=index,
            num_workers=len(addresses),
            on_step=lambda step, loss: watch.beat(f"step {step}"),
        )
    except tf.errors.UnavailableError as error:
        sys.stderr.write(f"{watch.who}: lost {lost(str(error), addresses)}\n")
        return OTHER_LOST
    if index == 0:
        _keep_weights(share.model.get_weights(), results / "weights.npz")
    found = {
        "index": index,
        "address": addresses[index],
        "host": platform.node(),
        "losses": share.losses,
        "digest": digest(share.model),
        "seconds": share.seconds,
        "fit": try_fit(job, strategy) if job.try_fit else "not tried",
    }
    write_atomically(results / f"worker-{index}.json", json.dumps(found) + "\n")
    return 0


def lost(message: str, addresses: Sequence[str]) -> str:
    """Whom an error of TensorFlow names, and the rest of what it says in one line."""
    named = re.search(r"/task:(\d+)", message)
    said = next((s for s in message.splitlines() if s.startswith("Collective")), "")
    if not named:
        return f"another worker. {said}"
    return f"worker {named[1]} at {addresses[int(named[1])]}. {said}"


def _keep_weights(weights: list[np.ndarray], path: Path) -> None:
    packed = io.BytesIO()
    np.savez(packed, *weights)
    write_atomically(path, packed.getvalue())
