"""A worker that nobody answers ends by itself, and says so."""

import os
import sys
import threading
import time

PARENT_GONE, NO_ANSWER, OTHER_LOST = 3, 4, 5  # exit codes


class Watch(threading.Thread):
    """Ends this process when nothing has happened for `patience` seconds.

    TensorFlow waits for ever for a worker that never comes, or that vanishes without
    closing its connections. With `parent`, a process id, this one also ends when that
    one has: a worker does not outlive what started it.
    """

    def __init__(self, who: str, patience: float, parent: int = 0):
        super().__init__(daemon=True)
        self.who, self.patience, self.parent = who, patience, parent
        self._last, self._done = time.monotonic(), "the start"

    def beat(self, done: str) -> None:
        """Something has happened; a message will call it `done`."""
        self._last, self._done = time.monotonic(), done

    def verdict(self) -> int:
        """The exit code if this process should end now, otherwise 0."""
        if self.parent and os.getppid() != self.parent:
            return PARENT_GONE
        if time.monotonic() - self._last > self.patience:
            return NO_ANSWER
        return 0

    def run(self) -> None:
        """Look four times a second."""
        while not (code := self.verdict()):
            time.sleep(0.25)
        if code == NO_ANSWER:
            sys.stderr.write(
                f"{self.who}: nothing for {self.patience:g} s after {self._done}. "
                "Another worker is dead, slow or out of reach.\n"
            )
            sys.stderr.flush()
        os._exit(code)
