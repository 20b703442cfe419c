"""How the scale of its inputs sets the pace at which a linear layer learns.

Inputs are (n, d), one row for each image. A linear layer with a bias and the squared
error have the same Hessian everywhere: the mean of (x, 1)(x, 1)^T over the rows x.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_layout


def hessian(inputs: np.ndarray) -> np.ndarray:
    """Second derivative of half the squared error of a linear layer with a bias.

    Returns
    -------
    (d + 1, d + 1) float64; the last row and column belong to the bias.

    Source: LeCun et al. (1998), Efficient BackProp, on the Hessian of a linear unit.

    >>> hessian(np.array([[0.0], [2.0]])).tolist()
    [[2.0, 1.0], [1.0, 1.0]]
    """
    require_layout("inputs", inputs, "n d")
    extended = np.column_stack([inputs, np.ones(len(inputs))])  # ones are float64
    return extended.T @ extended / len(inputs)


def condition_number(inputs: np.ndarray) -> float:
    """Largest over smallest eigenvalue of `hessian(inputs)`; 1 is best.

    >>> condition_number(np.array([[-1.0], [1.0]]))
    1.0
    """
    values = np.linalg.eigvalsh(hessian(inputs))
    if values[0] <= values[-1] * len(values) * np.finfo(np.float64).eps:
        raise ValueError(
            "`inputs` must vary in every direction, got columns of which one can be "
            "computed from the others. Drop those that add nothing."
        )
    return float(values[-1] / values[0])


def descent_factor(condition: float) -> float:
    """What one step of gradient descent leaves of the error, at the best rate.

    With eigenvalues from a to b, a step at rate r multiplies the error along each by
    1 - r * eigenvalue. The largest of these magnitudes is least at r = 2 / (a + b),
    where both ends leave (b - a) / (b + a) = (condition - 1) / (condition + 1).

    >>> descent_factor(3.0)
    0.5
    """
    require_at_least("condition", condition, 1)
    return (condition - 1) / (condition + 1)
