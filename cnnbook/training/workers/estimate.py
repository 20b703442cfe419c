"""How long a step would take with more workers: a model, not a measurement.

Seconds, bytes, and bytes a second.
"""

from dataclasses import dataclass

from cnnbook.checks import require_at_least

BYTES = 4  # of a float32 gradient


def all_reduce_bytes(num_parameters: int, num_workers: int) -> float:
    """Bytes that each worker sends, and receives, to add up one step's gradients.

    In a ring the gradient is cut into as many pieces as there are workers; each piece
    travels n - 1 times to be added up and n - 1 times to be handed out.

    Source: Patarasuk and Yuan (2009), who show that no algorithm needs less.

    >>> all_reduce_bytes(1_000_000, 2), all_reduce_bytes(1_000_000, 8)
    (4000000.0, 7000000.0)
    """
    require_at_least("num_parameters", num_parameters, 1)
    require_at_least("num_workers", num_workers, 1)
    return 2 * (num_workers - 1) / num_workers * num_parameters * BYTES


@dataclass(frozen=True)
class StepTime:
    """What a step costs: `compute` on one worker, divided among n, plus the exchange.

    `bandwidth` is that between two workers, in one direction; `latency` is what a
    message costs however short it is, and a ring sends 2 (n - 1) one after the other.
    It is left out that workers wait for the slowest, that a small share keeps a
    processor less busy, and that exchange and computation can overlap.
    """

    compute: float
    num_parameters: int
    bandwidth: float
    latency: float = 0.0

    def __post_init__(self):
        require_at_least("compute", self.compute, 0)
        require_at_least("num_parameters", self.num_parameters, 1)
        require_at_least("latency", self.latency, 0)
        if not self.bandwidth > 0:
            raise ValueError(
                f"`bandwidth` must be above 0 bytes a second, got {self.bandwidth!r}."
            )

    def exchange(self, num_workers: int) -> float:
        """Seconds of one step spent on adding up gradients."""
        sent = all_reduce_bytes(self.num_parameters, num_workers)
        return sent / self.bandwidth + 2 * (num_workers - 1) * self.latency

    def seconds(self, num_workers: int) -> float:
        """Seconds of one step."""
        return self.compute / num_workers + self.exchange(num_workers)

    def speedup(self, num_workers: int) -> float:
        """How many times faster than one worker."""
        return self.seconds(1) / self.seconds(num_workers)
