"""What a trained network has found: its features, and where in an image they lie.

Images are (n, h, w, c), feature maps (n, h, w, f), features (n, d).
"""

from cnnbook.interpretation.features import (
    block_means,
    layer_features,
    linear_probe,
    precision_at,
)
from cnnbook.interpretation.patches import cut_patches, strongest_places

__all__ = [
    "block_means",
    "cut_patches",
    "layer_features",
    "linear_probe",
    "precision_at",
    "strongest_places",
]
