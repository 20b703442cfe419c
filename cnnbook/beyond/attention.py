"""Attention in NumPy, as Vaswani et al. (2017) define it, and patches to attend to."""

from collections.abc import Callable, Sequence

import numpy as np

from cnnbook.checks import require_layout


def cut_patches(images: np.ndarray, size: int) -> np.ndarray:
    """Cut `images` (n, h, w, c) into patches: (n, h w / size², size² c), row by row."""
    require_layout("images", images, "n h w c")
    n, height, width, channels = images.shape
    if size < 1 or height % size or width % size:
        raise ValueError(
            f"`size` must divide {height} and {width}, got {size}. "
            "Choose another size, or pad the images."
        )
    grid = images.reshape(n, height // size, size, width // size, size, channels)
    return grid.swapaxes(2, 3).reshape(n, -1, size * size * channels)


def join_patches(patches: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Undo `cut_patches`: images (n, *shape) from patches (n, tokens, values)."""
    require_layout("patches", patches, "n tokens values")
    height, width, channels = shape
    size = round((patches.shape[2] / channels) ** 0.5)
    grid = (len(patches), height // size, width // size, size, size, channels)
    if patches.size != np.prod(grid) or size * size * channels != patches.shape[2]:
        raise ValueError(
            f"`patches` must be square parts of images {shape}, got {patches.shape}. "
            "Pass the shape of one image before it was cut."
        )
    return patches.reshape(grid).swapaxes(2, 3).reshape(len(patches), *shape)


def attend(
    queries: np.ndarray, keys: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scaled dot-product attention, equation 1 of Vaswani et al. (2017).

    Parameters
    ----------
    queries, keys : (…, tokens, d)
    values : (…, tokens, e)

    Returns
    -------
    What each token gets, (…, tokens, e), and the weights, (…, tokens, tokens), whose
    rows add up to 1.
    """
    if queries.shape[-1] != keys.shape[-1]:
        raise ValueError(
            f"`queries` and `keys` must have vectors of one length, got "
            f"{queries.shape[-1]} and {keys.shape[-1]}. Project both to the same."
        )
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ values, weights


def multi_head(
    tokens: np.ndarray, weights: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Self-attention of several heads, section 3.2.2 of Vaswani et al. (2017).

    Parameters
    ----------
    tokens : (n, tokens, width)
    weights : the eight arrays of `keras.layers.MultiHeadAttention.get_weights()`:
        kernel (width, heads, d) and bias (heads, d) of queries, keys and values, and
        those of the output, (heads, d, width) and (width,).

    Returns
    -------
    The output (n, tokens, width) and the weights (n, heads, tokens, tokens).
    """
    require_layout("tokens", tokens, "n tokens width")
    if len(weights) != 8:
        raise ValueError(
            f"`weights` must be eight arrays, got {len(weights)}. "
            "Take get_weights() of a MultiHeadAttention with biases."
        )
    queries, keys, values = (
        np.einsum("ntw,whd->nhtd", tokens, weights[i]) + weights[i + 1][:, None]
        for i in (0, 2, 4)
    )
    seen, shares = attend(queries, keys, values)
    return np.einsum("nhtd,hdw->ntw", seen, weights[6]) + weights[7], shares


def reached(
    layer: Callable[[np.ndarray], np.ndarray], tokens: np.ndarray, place: int
) -> np.ndarray:
    """Which tokens the output at `place` depends on: (tokens,) bool.

    Each token is changed in turn. `layer` maps (n, tokens, width) to the same shape;
    `tokens` is (1, tokens, width).
    """
    require_layout("tokens", tokens, "n tokens width")
    num = tokens.shape[1]
    if not 0 <= place < num:
        raise ValueError(
            f"`place` must be from 0 to {num - 1}, got {place}. Count the tokens."
        )
    changed = np.repeat(tokens[:1], num + 1, axis=0)
    changed[np.arange(num), np.arange(num)] += 1
    outputs = np.asarray(layer(changed))[:, place]
    return np.any(outputs[:-1] != outputs[-1], axis=-1)
