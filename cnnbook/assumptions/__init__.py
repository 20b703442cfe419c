"""Do the assumptions of a CNN hold for these data? Measurements, and advice.

Images are (n, h, w, c), labels are (n,) integers. `report` takes both and answers;
the parts of the answer are functions of their own.
"""

from cnnbook.assumptions.advice import is_clear
from cnnbook.assumptions.correlation import (
    CorrelationByDistance,
    correlation_by_distance,
    mutual_information,
)
from cnnbook.assumptions.pixels import permute_pixels
from cnnbook.assumptions.reporting import Report, report
from cnnbook.assumptions.sample import Sample, draw_sample
from cnnbook.assumptions.trials import Trials, permutation_trial

__all__ = [
    "CorrelationByDistance",
    "Report",
    "Sample",
    "Trials",
    "correlation_by_distance",
    "draw_sample",
    "is_clear",
    "mutual_information",
    "permutation_trial",
    "permute_pixels",
    "report",
]
