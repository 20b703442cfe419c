"""The networks of the package, layer by layer, as text that can be compared."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import keras

from cnnbook import detection, generation, models
from cnnbook.architecture import Architecture
from cnnbook.assumptions.network import small_cnn
from cnnbook.beyond import (
    blocks,
    classics,
    contrastive,
    networks,
    relations,
    transfer,
    transformers,
)
from cnnbook.interpretation.known import known_network
from cnnbook.studies import attribution, cluster, labels, memory, scalings

SIZE = (28, 28, 1)
NETWORKS: Mapping[str, Callable[[], keras.Model]] = {
    "linear": models.linear,
    "mlp": models.mlp,
    "source_cnn": models.source_cnn,
    "gap_cnn": models.gap_cnn,
    "plain_cnn": models.plain_cnn,
    "residual_cnn": models.residual_cnn,
    "Architecture": Architecture().build,
    "small_cnn of assumptions": partial(small_cnn, SIZE, 10),
    "detector": detection.detector,
    "denoiser": generation.denoiser,
    "known_network": partial(known_network, 16),
    "scene_cnn": attribution.scene_cnn,
    "small_network of a cluster": cluster.small_network,
    "scratch": labels.scratch,
    "network of memory": partial(memory.LARGE_MAPS.build, SIZE),
    "small_cnn of scalings": scalings.small_cnn,
    "small_cnn_normalized": scalings.small_cnn_normalized,
    "lenet5": classics.lenet5,
    "encoder": contrastive.encoder,
    "with_projection": lambda: contrastive.with_projection(contrastive.encoder()),
    "classifier": lambda: transfer.classifier(contrastive.encoder()),
    "wave_cnn": partial(networks.wave_cnn, 1024, 6),
    "spectrogram_cnn": partial(networks.spectrogram_cnn, 15, 65, 6),
    "text_cnn": partial(networks.text_cnn, 24, 30, 2),
    "graph_network": partial(networks.graph_network, 25, 3, 10),
    "grid_cnn": partial(networks.grid_cnn, 5, 10),
    **{
        f"point_network {kind}": partial(networks.point_network, 64, 4, kind=kind)
        for kind in ("set", "messages", "list")
    },
    **{f"block {kind}": partial(blocks.block_network, kind) for kind in blocks.KINDS},
    **{
        f"relation {kind}": partial(relations.build_relation, kind)
        for kind in relations.KINDS
    },
    **transformers.BUILDERS,
}
SHOWN = (
    "kernel_size strides padding dilation_rate depth_multiplier groups pool_size "
    "use_bias activation rate epsilon axis units filters"
).split()


def lines(model: keras.Model) -> Iterator[str]:
    """A line for each layer."""
    for layer in model.layers:
        options = layer.get_config()
        shown = [
            f"{k}={_text(options[k])}" for k in SHOWN if options.get(k) is not None
        ]
        shape = getattr(layer.output, "shape", "several")
        yield " ".join([type(layer).__name__, str(shape), *shown])


def _text(value: object) -> str:
    """An option without spaces, a serialized object by its class."""
    if isinstance(value, dict):
        value = value.get("class_name", value)
    return str(value).replace(" ", "")


def network_lines() -> str:
    """All networks, each with its number of parameters."""
    pieces = []
    for name, build in NETWORKS.items():
        model = build()
        pieces.append(f"{name}: {model.count_params():,} parameters")
        pieces += [f"  {line}" for line in lines(model)]
    return "\n".join(pieces) + "\n"
