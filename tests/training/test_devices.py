"""Devices: what follows from a machine, for machines that are not in the room."""

import subprocess
import sys
import textwrap

import keras
import pytest
import tensorflow as tf

from cnnbook.training import (
    Devices,
    available_devices,
    choose_precision,
    choose_strategy,
    devices,
    use_precision,
)

AMX_CPUINFO = """\
processor\t: 0
model name\t: Some Processor
flags\t\t: fpu avx2 avx512_bf16 amx_bf16 amx_tile

processor\t: 1
model name\t: Another Processor
flags\t\t: fpu
"""


def machine(*, capability=None, num_gpus=0, amx_bf16=False):
    return Devices("some CPU", 2, amx_bf16, ("some GPU",) * num_gpus, capability)


# --- precision


@pytest.mark.parametrize(
    ("described", "precision"),
    [
        (machine(), "float32"),
        (machine(amx_bf16=True), "mixed_bfloat16"),
        (machine(capability=(6, 1), num_gpus=1), "float32"),
        (machine(capability=(7, 0), num_gpus=1), "mixed_float16"),
        (machine(capability=(7, 5), num_gpus=1), "mixed_float16"),
        (machine(capability=(8, 0), num_gpus=1), "mixed_bfloat16"),
        (machine(capability=(10, 0), num_gpus=4), "mixed_bfloat16"),
        (machine(capability=None, num_gpus=1), "float32"),
        (machine(capability=(6, 1), num_gpus=1, amx_bf16=True), "float32"),
    ],
)
def test_precision_follows_from_the_machine(described, precision):
    assert choose_precision(described) == precision


@pytest.mark.parametrize("precision", devices.PRECISIONS)
def test_a_precision_that_was_asked_for_is_taken_as_it_is(precision):
    assert choose_precision(machine(), precision) == precision


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match=r"`precision` must be one of .*'half'"):
        choose_precision(machine(), "half")


@pytest.mark.parametrize(
    ("flags", "environment", "gains"),
    [
        ("fpu amx_bf16", {}, True),
        ("fpu avx512_bf16", {}, False),
        ("not_amx_bf16", {}, False),
        ("", {}, False),
        ("amx_bf16", {"ONEDNN_MAX_CPU_ISA": "AVX2"}, False),
        ("amx_bf16", {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"}, False),
        ("amx_bf16", {"ONEDNN_MAX_CPU_ISA": "avx512_core_amx"}, True),
        ("amx_bf16", {"ONEDNN_MAX_CPU_ISA": "ALL"}, True),
        ("amx_bf16", {"TF_ENABLE_ONEDNN_OPTS": "0"}, False),
        ("amx_bf16", {"TF_ENABLE_ONEDNN_OPTS": "False"}, False),
        ("amx_bf16", {"TF_ENABLE_ONEDNN_OPTS": "1"}, True),
    ],
)
def test_bfloat16_gains_where_the_matrix_unit_may_be_used(flags, environment, gains):
    assert devices.multiplies_bfloat16(flags, environment) is gains


def layer_then_failure():
    with use_precision("mixed_float16"):
        layer = keras.layers.Dense(1)
        layer.build((None, 1))
        raise RuntimeError(f"{layer.compute_dtype} over {layer.kernel.dtype}")


def test_a_policy_holds_inside_and_is_put_back_after_an_error():
    before = keras.config.dtype_policy().name
    with pytest.raises(RuntimeError, match="float16 over float32"):
        layer_then_failure()
    assert keras.config.dtype_policy().name == before


def test_an_unknown_policy_is_refused_and_changes_nothing():
    before = keras.config.dtype_policy().name
    with (
        pytest.raises(ValueError, match="`policy` must be one of 'float32'"),
        use_precision("auto"),
    ):
        pass
    assert keras.config.dtype_policy().name == before


# --- what TensorFlow and the operating system say


@pytest.fixture
def fake_gpus(monkeypatch):
    """Install GPUs of given details; returns the growth settings they receive."""

    def install(*details, in_use=()):
        names = [f"GPU:{i}" for i in range(len(details))]
        grown = []

        def set_memory_growth(gpu, enable):
            if gpu in in_use:
                raise RuntimeError("Physical devices cannot be modified")
            grown.append((gpu, enable))

        by_name = dict(zip(names, details, strict=True))
        experimental = tf.config.experimental
        monkeypatch.setattr(
            tf.config,
            "list_physical_devices",
            lambda kind=None: names if kind == "GPU" else [],
        )
        monkeypatch.setattr(experimental, "get_device_details", by_name.__getitem__)
        monkeypatch.setattr(experimental, "set_memory_growth", set_memory_growth)
        return grown

    return install


def gpu(name, *capability):
    return {"device_name": name, "compute_capability": capability}


def test_a_machine_without_gpus_has_neither_names_nor_capability(fake_gpus):
    grown = fake_gpus()
    found = available_devices()
    assert (found.gpus, found.capability, grown) == ((), None, [])
    assert found.num_cores >= 1
    assert found.cpu


def test_several_gpus_are_as_capable_as_the_least_of_them(fake_gpus):
    fake_gpus(gpu("new", 9, 0), gpu("old", 7, 5))
    found = available_devices()
    assert (found.gpus, found.capability) == (("new", "old"), (7, 5))
    assert choose_precision(found) == "mixed_float16"


def test_a_gpu_without_details_is_promised_nothing(fake_gpus):
    fake_gpus({})
    found = available_devices()
    assert found.gpus == ("GPU",)
    assert choose_precision(found) == "float32"


def test_the_memory_of_each_gpu_may_grow(fake_gpus):
    grown = fake_gpus(gpu("a", 8, 0), gpu("b", 8, 0))
    available_devices()
    assert grown == [("GPU:0", True), ("GPU:1", True)]


def test_a_gpu_in_use_keeps_its_setting_and_the_others_get_theirs(fake_gpus):
    grown = fake_gpus(gpu("a", 8, 0), gpu("b", 8, 0), in_use=("GPU:0",))
    assert len(available_devices().gpus) == 2
    assert grown == [("GPU:1", True)]


def test_the_first_processor_is_read_from_cpuinfo(tmp_path):
    path = tmp_path / "cpuinfo"
    path.write_text(AMX_CPUINFO)
    found = devices._cpu_info(path)
    assert found["model name"] == "Some Processor"
    assert "amx_bf16" in found["flags"].split()


def test_a_system_without_cpuinfo_says_nothing(tmp_path):
    assert devices._cpu_info(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    ("environment", "gains"),
    [
        ({}, True),
        ({"ONEDNN_MAX_CPU_ISA": "AVX2"}, False),
        ({"TF_ENABLE_ONEDNN_OPTS": "0"}, False),
    ],
)
def test_the_environment_may_forbid_the_matrix_unit(
    fake_gpus, monkeypatch, environment, gains
):
    fake_gpus()
    monkeypatch.setattr(
        devices, "_cpu_info", lambda: {"model name": "x", "flags": "amx_bf16"}
    )
    for name in ("ONEDNN_MAX_CPU_ISA", "TF_ENABLE_ONEDNN_OPTS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = available_devices()
    assert (found.cpu, found.amx_bf16) == ("x", gains)


def test_a_machine_is_described_by_what_computes():
    assert str(machine()) == "some CPU, 2 cores"
    assert str(machine(capability=(8, 0), num_gpus=2)) == "2 x some GPU"


# --- strategy


@pytest.mark.parametrize("num_gpus", [0, 1])
def test_one_device_needs_no_strategy_of_its_own(num_gpus):
    strategy = choose_strategy(machine(capability=(8, 0), num_gpus=num_gpus))
    assert strategy is tf.distribute.get_strategy()
    assert strategy.num_replicas_in_sync == 1


def test_several_gpus_are_mirrored_all_of_them(monkeypatch):
    monkeypatch.setattr(tf.distribute, "MirroredStrategy", lambda names: names)
    strategy = choose_strategy(machine(capability=(8, 0), num_gpus=3))
    assert strategy == ["GPU:0", "GPU:1", "GPU:2"]


MIRRORED = """
    import numpy as np
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    one = tf.config.LogicalDeviceConfiguration()
    tf.config.set_logical_device_configuration(cpu, [one, one])

    from cnnbook import models, training

    # the whole set in each step, because a strategy changes the order of batches
    rng = np.random.default_rng(0)
    images = rng.random((32, 12, 12, 1), dtype=np.float32)
    labels = rng.integers(3, size=32)
    recipe = training.Recipe(
        epochs=4, batch_size=32, optimizer="sgd", peak=0.05,
        precision="float32",
    )
    histories, weights = [], []
    mirrored = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    assert mirrored.num_replicas_in_sync == 2
    for strategy in (None, mirrored):
        result = training.train(
            lambda: models.source_cnn((12, 12, 1), 3),
            (images, labels), recipe=recipe, seed=0, strategy=strategy,
        )
        histories.append(result.history["loss"])
        weights.append(result.model.get_weights())
    assert histories[0][-1] < histories[0][0], histories
    np.testing.assert_allclose(*histories, rtol=1e-5)
    for alone, together in zip(*weights):
        np.testing.assert_allclose(together, alone, atol=1e-4)
    print("two devices agree with one")
"""


@pytest.mark.slow
def test_two_logical_devices_train_as_one_does():
    # a fresh process: devices can be divided only before TensorFlow starts
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MIRRORED)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "two devices agree with one" in done.stdout
