"""What this machine computes with, and what follows for precision and strategy.

The choices are pure functions of a `Devices` value, so that every machine can be
described and tested on this one; only `available_devices` asks the real one.
"""

import contextlib
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import tensorflow as tf

from cnnbook.checks import require_in

PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
# the values of ONEDNN_MAX_CPU_ISA that leave the bfloat16 matrix unit in use
ISA_WITH_AMX = ("", "DEFAULT", "ALL", "AVX512_CORE_AMX", "AVX512_CORE_AMX_FP16")


@dataclass(frozen=True)
class Devices:
    """The processors of one machine.

    `gpus` are names; `capability` is the lowest CUDA compute capability among them,
    (major, minor), or None where there is no GPU; `amx_bf16` says whether the CPU
    multiplies bfloat16 matrices in hardware and oneDNN may use it.
    """

    cpu: str
    num_cores: int
    amx_bf16: bool
    gpus: tuple[str, ...] = ()
    capability: tuple[int, int] | None = None

    def __str__(self) -> str:
        if self.gpus:
            return f"{len(self.gpus)} x {self.gpus[0]}"
        return f"{self.cpu}, {self.num_cores} cores"


def available_devices() -> Devices:
    """Ask TensorFlow and the operating system what there is.

    Switches memory growth on for each GPU that TensorFlow has not yet taken, so that
    two notebooks can share one.
    """
    gpus = tf.config.list_physical_devices("GPU")
    _grow_memory(gpus)
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    capabilities = [entry.get("compute_capability", (0, 0)) for entry in details]
    info = _cpu_info()
    return Devices(
        cpu=info.get("model name", platform.processor() or platform.machine()),
        num_cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        amx_bf16=multiplies_bfloat16(info.get("flags", ""), os.environ),
        gpus=tuple(entry.get("device_name", "GPU") for entry in details),
        capability=min(capabilities, default=None),
    )


def _grow_memory(gpus: list) -> None:
    # a GPU in use refuses with RuntimeError; its setting then stays what it is
    for gpu in gpus:
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)


def _cpu_info(path: Path = Path("/proc/cpuinfo")) -> dict[str, str]:
    """The first processor's entry of Linux's cpuinfo; empty on other systems."""
    if not path.exists():
        return {}
    first = path.read_text().split("\n\n")[0]
    pairs = (line.split(":", 1) for line in first.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def multiplies_bfloat16(flags: str, environment: Mapping[str, str]) -> bool:
    """Whether a CPU of these `flags` trains faster in bfloat16 under oneDNN.

    It needs the matrix unit (AMX), oneDNN switched on, and no cap on the instruction
    set that oneDNN may use. AVX-512 alone converts, and gains nothing.
    """
    cap = environment.get("ONEDNN_MAX_CPU_ISA", "").upper()
    switched_on = environment.get("TF_ENABLE_ONEDNN_OPTS", "1").lower() not in (
        "0",
        "false",
    )
    return "amx_bf16" in flags.split() and switched_on and cap in ISA_WITH_AMX


def choose_precision(devices: Devices, precision: str = "auto") -> str:
    """The Keras dtype policy for `devices`: faster where the device gains.

    "auto" gives `mixed_bfloat16` on GPUs from compute capability 8.0 and on CPUs
    with AMX, `mixed_float16` on GPUs from 7.0, and `float32` elsewhere. Any other
    `precision` is taken as it is.

    Source: Micikevicius et al. (2018) for float16, Kalamkar et al. (2019) for
    bfloat16.
    """
    require_in("precision", precision, ("auto", *PRECISIONS))
    if precision != "auto":
        return precision
    if devices.gpus:
        capability = devices.capability or (0, 0)  # unknown: nothing is promised
        if capability >= (8, 0):
            return "mixed_bfloat16"
        return "mixed_float16" if capability >= (7, 0) else "float32"
    return "mixed_bfloat16" if devices.amx_bf16 else "float32"


def choose_strategy(devices: Devices) -> tf.distribute.Strategy:
    """Where the variables live: mirrored on several GPUs, otherwise TensorFlow's own.

    With a `MirroredStrategy` every batch is divided among the GPUs and their
    gradients are summed, so the batch size is that of all of them together.
    """
    if len(devices.gpus) > 1:
        names = [f"GPU:{i}" for i in range(len(devices.gpus))]
        return tf.distribute.MirroredStrategy(names)
    return tf.distribute.get_strategy()


@contextlib.contextmanager
def use_precision(policy: str) -> Iterator[None]:
    """Build layers under the dtype `policy`, and restore the policy before."""
    require_in("policy", policy, PRECISIONS)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
