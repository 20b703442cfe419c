"""The same space and objective on a Ray cluster: this machine, or many.

`python -m cnnbook.tuning.ray_tune --help` is the same from a shell.
"""

from cnnbook.tuning.ray_tune.cluster import ray_cluster
from cnnbook.tuning.ray_tune.halving import asha_epochs
from cnnbook.tuning.ray_tune.run import ray_search

__all__ = ["asha_epochs", "ray_cluster", "ray_search"]
