"""What a trained network has found, where it looks, and whether that can be believed.

Images are (n, h, w, c), feature maps (n, h, w, f), heat maps (n, h, w), features
(n, d).
"""

from cnnbook.interpretation.banks import best_matches, gabor_bank
from cnnbook.interpretation.cams import cam, grad_cam, grad_cam_plus_plus, layer_cam
from cnnbook.interpretation.classes import class_maps, to_levels
from cnnbook.interpretation.features import (
    block_means,
    layer_features,
    linear_probe,
    linear_reconstruction,
    precision_at,
)
from cnnbook.interpretation.gradients import (
    integrated_gradients,
    saliency,
    smooth_grad,
)
from cnnbook.interpretation.inspector import Inspector, MapsAndGradients
from cnnbook.interpretation.maximization import Maximized, maximize
from cnnbook.interpretation.patches import cut_patches, strongest_places
from cnnbook.interpretation.perturbation import occlusion, score_cam
from cnnbook.interpretation.placing import (
    Grid,
    grids,
    map_overlaps,
    place_maps,
    seen_intervals,
)
from cnnbook.interpretation.randomization import cascade, independent
from cnnbook.interpretation.trust import (
    center_map,
    drop_by_rank,
    edge_map,
    mass_in_mask,
    overlap,
    pointing_game,
    random_map,
    rank_correlation,
    removal_curve,
)

__all__ = [
    "Grid",
    "Inspector",
    "MapsAndGradients",
    "Maximized",
    "best_matches",
    "block_means",
    "cam",
    "cascade",
    "center_map",
    "class_maps",
    "cut_patches",
    "drop_by_rank",
    "edge_map",
    "gabor_bank",
    "grad_cam",
    "grad_cam_plus_plus",
    "grids",
    "independent",
    "integrated_gradients",
    "layer_cam",
    "layer_features",
    "linear_probe",
    "linear_reconstruction",
    "map_overlaps",
    "mass_in_mask",
    "maximize",
    "occlusion",
    "overlap",
    "place_maps",
    "pointing_game",
    "precision_at",
    "random_map",
    "rank_correlation",
    "removal_curve",
    "saliency",
    "score_cam",
    "seen_intervals",
    "smooth_grad",
    "strongest_places",
    "to_levels",
]
