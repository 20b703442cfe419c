"""Checkers of the exercises on *Does a CNN find its own features?*"""

from collections.abc import Callable, Mapping

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong

# three queries of class 4, one of class 7; five neighbors each
NEIGHBOR_LABELS = np.array(
    [[4, 4, 7, 7, 7], [4, 7, 7, 4, 4], [7, 4, 4, 4, 4], [7, 7, 4, 4, 7]]
)
LABELS = np.array([4, 4, 4, 7])


def check_precision_by_class(
    answer: Callable[[int, np.ndarray, np.ndarray], Mapping[int, float]],
) -> Feedback:
    """Does `answer(k, neighbor_labels, labels)` give precision at k for each class?"""
    value, failure = call(answer, 2, NEIGHBOR_LABELS, LABELS)
    if failure:
        return failure
    if not isinstance(value, Mapping):
        return wrong(f"Return a dictionary from class to precision, got {value!r}.")
    if sorted(value) != [4, 7]:
        return wrong(
            "The queries are of classes 4 and 7, so these are the keys; yours are "
            f"{sorted(value)}."
        )
    first = as_numbers(value[4])
    if first is None or first.ndim:
        return wrong(f"The precision of a class is one number, got {value[4]!r}.")
    known = {
        9 / 15: "You counted all five neighbors. Only the first k count.",
        4.0: "You counted the neighbors. Divide by k and by the class's queries.",
        1.0: "That is the share of queries with at least one right neighbor.",
        4 / 8: "You divided by all queries. Divide by those of the class.",
    }
    if not np.isclose(first, 4 / 6):
        hint = (
            f"For class 4 you get {float(first):g}: of the six neighbors that count, "
            "two of each of its three queries, four are of class 4."
        )
        return wrong(next((h for v, h in known.items() if np.isclose(first, v)), hint))
    return _with_more_neighbors(answer)


def _with_more_neighbors(answer: Callable) -> Feedback:
    for k, expected in ((1, {4: 2 / 3, 7: 1.0}), (3, {4: 5 / 9, 7: 2 / 3})):
        value, failure = call(answer, k, NEIGHBOR_LABELS, LABELS)
        if failure:
            return failure
        for label, precision in expected.items():
            if not np.isclose(value[label], precision):
                return wrong(
                    f"With k = {k} the precision of class {label} is {precision:.3f}, "
                    f"yours is {float(value[label]):.3f}. Only the first k count."
                )
    return right("Look at the hardest class first: the mean hides it.")


def check_num_convolutions(answer: int) -> Feedback:
    """How many 3 x 3 convolutions without pooling see 26 pixels?"""
    if answer is None:
        return wrong("Replace `answer = None` by a whole number.")
    value = as_numbers(answer)
    if value is None or value.ndim:
        return wrong(f"Your answer must be a number, got {answer!r}.")
    if value == 13:
        return right("1 + 2 * 13 = 27 pixels: thirteen layers in place of four.")
    hints = {
        12.5: "There is no half layer: take the next whole one.",
        12: "Twelve layers see 1 + 2 * 12 = 25 pixels, one too few.",
        9: "Each layer adds two pixels, not three: one more on each side.",
        26: "Each layer adds two pixels, one on each side.",
        25: "Each layer adds two pixels, one on each side.",
        4: "Four layers are enough with the two poolings. Without, they see 9 pixels.",
    }
    return wrong(
        hints.get(
            float(value),
            f"{float(value):g} layers see {1 + 2 * float(value):g} pixels: one for the "
            "start, and two for each layer.",
        )
    )


def check_cosine_search(
    answer: Callable[[np.ndarray, np.ndarray, int], np.ndarray],
) -> Feedback:
    """Does `answer(queries, gallery, k)` find the gallery's largest cosines?"""
    queries = np.array([[2.0, 1.0], [0.0, 3.0]])
    # long, a little off; short, exact; nearly opposite; long, askew; close by, off
    gallery = np.array([[9.0, 6.0], [0.2, 0.1], [-4.0, -2.1], [1.0, 9.0], [2.0, 0.2]])
    expected = np.array([[1, 0, 4], [3, 0, 1]])
    value, failure = call(answer, queries, gallery, 3)
    if failure:
        return failure
    given = as_numbers(value)
    if given is None or given.shape != expected.shape:
        return wrong(
            "Return positions of shape (2, 3), three for each of two queries, got "
            f"shape {np.shape(value)}."
        )
    products = queries @ gallery.T
    lengths = np.linalg.norm(gallery, axis=1)
    distances = np.linalg.norm(queries[:, None] - gallery, axis=2)
    slips = (
        (-products / lengths, None),
        (distances, "These are the nearest by distance. Compare directions."),
        (-products, "A dot product favors long vectors. Divide by their lengths."),
        (products / lengths, "The largest cosine comes first; yours begins at -1."),
        (-np.abs(products) / lengths, "A cosine of -1 is the opposite, not alike."),
    )
    for key, hint in slips:
        if np.array_equal(given, np.argsort(key, axis=1, kind="stable")[:, :3]):
            return wrong(hint) if hint else right("Length no longer counts.")
    return wrong(
        f"For the query (2, 1) the positions are {expected[0].tolist()}: (0.2, 0.1) "
        f"has its very direction. Yours are {given[0].tolist()}."
    )
