"""Several processes, on one machine or many, that train one network together.

Each computes the gradient of its share of every batch, all of them add the gradients
up, and so all keep the same weights: those that one worker would have had.

Keras' own `fit` cannot do it on TensorFlow (Keras 3.15, issue 20585), and
`keras.distribution` does nothing there, so the loop is written out in `loop.py`,
under TensorFlow's `MultiWorkerMirroredStrategy`.
"""

from cnnbook.training.workers.estimate import StepTime, all_reduce_bytes
from cnnbook.training.workers.job import Job
from cnnbook.training.workers.launch import Together, WorkerFailed, launch
from cnnbook.training.workers.loop import digest, share_of, train_share

__all__ = [
    "Job",
    "StepTime",
    "Together",
    "WorkerFailed",
    "all_reduce_bytes",
    "digest",
    "launch",
    "share_of",
    "train_share",
]
