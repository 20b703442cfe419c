"""Where and what: boxes, a small detector, and the score of its findings.

A box is (top, left, bottom, right) in pixels, half-open.
"""

from cnnbook.detection.average_precision import (
    Detections,
    average_precision,
    hits,
    mean_average_precision,
    precision_recall,
    score_boxes,
)
from cnnbook.detection.boxes import area, iou, nms
from cnnbook.detection.model import decode, detect, detection_loss, detector, encode

__all__ = [
    "Detections",
    "area",
    "average_precision",
    "decode",
    "detect",
    "detection_loss",
    "detector",
    "encode",
    "hits",
    "iou",
    "mean_average_precision",
    "nms",
    "precision_recall",
    "score_boxes",
]
