"""Networks that differ in one choice: equal where they should be, and recorded so."""

from dataclasses import asdict

import keras
import numpy as np
import pytest

from cnnbook.architecture import Architecture
from cnnbook.records import load_record
from cnnbook.reference import count_network
from cnnbook.studies import architectures
from cnnbook.studies.cases import SEEDS, Case
from cnnbook.studies.fashion import FashionData


def build(case: Case) -> keras.Model:
    return case.architecture.build((case.size, case.size, 1))


@pytest.mark.parametrize("depth", architectures.DEPTHS)
def test_every_depth_hands_the_same_numbers_to_the_head(depth):
    case = architectures.depth_case(depth)
    model = build(case)
    convs = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    flat = next(
        layer for layer in model.layers if isinstance(layer, keras.layers.Flatten)
    )
    assert case.architecture.depth == len(convs) == depth
    assert flat.input.shape[1:] == (3, 3, 16)


def test_depth_changes_nothing_else():
    case = architectures.depth_case(4, peak=0.001)
    assert case.change(widths=(16, 32), convs=1, peak=0.003) == architectures.BASE


@pytest.mark.parametrize(("depth", "says"), [(3, "1 or even"), (0, "1 or more")])
def test_depths_that_do_not_split_into_two_stages_are_refused(depth, says):
    with pytest.raises(ValueError, match=says):
        architectures.depth_case(depth)


def test_very_deep_networks_have_the_depth_they_are_named_after():
    for name, case in architectures.DEEP_CASES.items():
        assert case.architecture.depth == int(name.split()[-1])
        assert case.architecture.residual == ("residual" in name)
        assert case.architecture.norm == ("norm" in name)


def test_every_amount_of_data_gets_the_same_number_of_steps():
    for case in architectures.DATA_CASES.values():
        steps = case.num_images * case.recipe.epochs / case.recipe.batch_size
        assert steps == 375


@pytest.mark.parametrize(
    "cases",
    [
        architectures.SHAPE_CASES,
        {"base": architectures.BASE} | dict(architectures.KERNEL_CASES),
    ],
)
def test_shapes_and_kernels_are_compared_at_equal_work(cases):
    macs = [count_network(build(case)).macs for case in cases.values()]
    assert max(macs) / min(macs) < 1.06


def test_a_task_holds_its_classes_alone_in_all_parts():
    labels = np.arange(10).repeat(2)
    part = (np.arange(20.0).reshape(20, 1, 1, 1), labels)
    kept = architectures.only(FashionData(part, part, part), (3, 7))
    for images, answers in (kept.train, kept.validation, kept.test):
        assert answers.tolist() == [3, 3, 7, 7]
        assert images.ravel().tolist() == [6, 7, 14, 15]


def test_the_tasks_share_no_class():
    easy, hard = architectures.TASKS.values()
    assert not set(easy) & set(hard)


def test_the_record_is_of_these_cases():
    entries = load_record("architecture")["entries"]
    cases = dict(architectures.CASES)
    for task in architectures.TASKS:
        for depth in architectures.TASK_DEPTHS:
            cases[f"{task} depth {depth}"] = architectures.depth_case(
                depth, architectures.FEW
            )
    assert set(entries) == {f"{name} {seed}" for name in cases for seed in SEEDS}
    for name, case in cases.items():
        for seed in SEEDS:
            entry = entries[f"{name} {seed}"]
            kept = asdict(Architecture(**entry["architecture"]))
            assert kept == asdict(case.architecture)
            assert entry["num_images"] == case.num_images
            assert entry["recipe"]["epochs"] == case.recipe.epochs
            assert entry["recipe"]["peak"] == case.recipe.peak
            assert entry["seed"] == seed


def test_the_runs_are_the_cases_and_the_tasks():
    part = (np.zeros((0, 28, 28, 1), "float32"), np.zeros(0, int))
    runs = architectures.architecture_runs(FashionData(part, part, part))
    assert len(runs) == 3 * (len(architectures.CASES) + 6)
    case = runs["hard depth 8 2"].func.__self__
    assert case == architectures.depth_case(8, architectures.FEW)
    assert runs["hard depth 8 2"].keywords == {"seed": 2}


def test_comparable_cases_have_the_base_budget():
    record = {"entries": {f"{name} 0": {} for name in architectures.CASES}}
    names = architectures.comparable(record)
    assert {"base", "depth 8", "kernel 5", "elu", "width 64"} <= set(names)
    assert not {"depth 2 long", "depth 8 slow", "base 28px", "plain 22"} & set(names)
    assert architectures.comparable({"entries": {"base 0": {}}}) == ["base"]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("relu", [False, True, False]),
        ("leaky_relu", [False, False, False]),  # its slope is never 0
        ("elu", [False, True, False]),  # e^-100 is as good as 0
        ("sigmoid", [False, True, True]),  # and flat above as well
    ],
)
def test_maps_are_silent_where_their_slope_is_nothing_everywhere(activation, expected):
    network = Architecture(widths=(3,), activation=activation).build((6, 6, 1))
    conv = network.get_layer("conv1")
    conv.set_weights([np.zeros((3, 3, 1, 3)), np.array([0.5, -100.0, 100.0])])
    images = np.ones((2, 6, 6, 1), "float32")
    assert architectures.silent_maps(network, images, "conv1").tolist() == expected


def test_one_image_that_wakes_a_map_is_enough():
    network = Architecture(widths=(2,)).build((6, 6, 1))
    kernel = np.zeros((3, 3, 1, 2))
    kernel[1, 1] = 1
    network.get_layer("conv1").set_weights([kernel, np.array([-0.5, -2.0])])
    images = np.zeros((2, 6, 6, 1), "float32")
    images[1, 3, 3] = 1
    assert architectures.silent_maps(network, images, "conv1").tolist() == [False, True]


def test_silent_maps_say_how_to_add_the_batch_axis():
    network = Architecture(widths=(3,)).build((6, 6, 1))
    with pytest.raises(ValueError, match="images"):
        architectures.silent_maps(network, np.zeros((6, 6, 1)), "conv1")
