"""The layers of a Keras model in the order in which they run.

Nothing of Keras is imported: a model is read through its attributes.
"""

from collections.abc import Container
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One use of one layer.

    `inputs` are the numbers of the steps whose outputs it reads; `shape` is that of its
    own output, without the batch axis; `first` is False where a shared layer runs
    again.
    """

    name: str
    layer: Any
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    first: bool


def walk(model: Any) -> list[Step]:
    """All steps of a functional (or built `Sequential`) model, nested models unfolded.

    A layer of a nested model is named "outer/inner". Raises ValueError where the model
    has no graph, several outputs, or an axis of unknown length.
    """
    outputs = getattr(model, "outputs", None)
    if not outputs or not hasattr(outputs[0], "_keras_history"):
        raise ValueError(
            f"`model` must be a functional Keras model, got {type(model).__name__}. "
            "Build it as keras.Model(inputs, outputs); a Sequential needs an Input."
        )
    walking = _Walk()
    walking.through(model, {}, "")
    return walking.steps


def kind(layer: Any, known: Container[str]) -> str:
    """The first class name of `layer`, from its own up to its ancestors, in `known`.

    So a subclass counts as what it extends; empty if nothing is known.
    """
    names = (base.__name__ for base in type(layer).__mro__)
    return next((name for name in names if name in known), "")


class _Walk:
    """The steps so far, while the graph is followed from its output backwards."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._ran: set[int] = set()

    def through(self, model: Any, known: dict[int, int], path: str) -> int:
        """Append the steps of `model`; the number of the step that gives its output.

        `known` maps ids of tensors to the numbers of the steps that made them. A stack
        takes the place of recursion: networks have more layers than Python has frames.
        """
        if len(model.outputs) != 1:
            raise ValueError(
                f"`model` must have one output, {model.name!r} has "
                f"{len(model.outputs)}. Wrap the one of interest: "
                "keras.Model(model.inputs, model.outputs[0])."
            )
        stack = [model.outputs[0]]
        while stack:
            tensor = stack[-1]
            if id(tensor) in known:
                stack.pop()
                continue
            layer, node, _ = tensor._keras_history
            inputs = layer._inbound_nodes[node].input_tensors
            waiting = [one for one in inputs if id(one) not in known]
            if waiting:
                stack.extend(waiting)
                continue
            keys = tuple(known[id(one)] for one in inputs)
            known[id(tensor)] = self._run(layer, keys, tensor.shape[1:], path)
        return known[id(model.outputs[0])]

    def _run(
        self, layer: Any, inputs: tuple[int, ...], shape: tuple[int, ...], path: str
    ) -> int:
        """Append one step, or those of a nested model; the number of the last."""
        name = f"{path}{layer.name}"
        if hasattr(layer, "layers") and hasattr(layer, "outputs"):
            ids = map(id, layer.inputs)
            return self.through(layer, dict(zip(ids, inputs, strict=True)), f"{name}/")
        if None in shape:
            raise ValueError(
                f"The output {tuple(shape)} of layer {name!r} has an axis of unknown "
                "length. Build the model for images of one size."
            )
        first = id(layer) not in self._ran
        self._ran.add(id(layer))
        self.steps.append(Step(name, layer, inputs, tuple(shape), first))
        return len(self.steps) - 1
