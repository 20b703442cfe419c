"""From a trained network to files that can be served, each checked before it leaves.

TensorFlow is imported by what needs it, when it is called: the modules `graph`,
`export` and `pruning` are imported by name.
"""

from cnnbook.deploy.formats import FORMATS, SERVED, Format
from cnnbook.deploy.gate import GateError, Limits, Parity, check_artifact, compare
from cnnbook.deploy.latency import Latency, measure_latency, measure_throughput
from cnnbook.deploy.pretrained import FILES, Pretrained, pretrained, training_record
from cnnbook.deploy.table import calibration_error, export_table
from cnnbook.deploy.versions import (
    CALIBRATION,
    build_version,
    export_formats,
    reference_probabilities,
)

__all__ = [
    "CALIBRATION",
    "FILES",
    "FORMATS",
    "SERVED",
    "Format",
    "GateError",
    "Latency",
    "Limits",
    "Parity",
    "Pretrained",
    "build_version",
    "calibration_error",
    "check_artifact",
    "compare",
    "export_formats",
    "export_table",
    "measure_latency",
    "measure_throughput",
    "pretrained",
    "reference_probabilities",
    "training_record",
]
