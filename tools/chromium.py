"""The system's Chromium, and a server that shows it a folder."""

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MISSING = (
    "Chromium is needed, and none was found as $CHROMIUM, /usr/bin/chromium or on "
    "PATH. Install it (Debian: apt install chromium), or set CHROMIUM to its place."
)
# How sphinx-book-theme keeps the reader's choice.
THEME = "for (const key of ['mode', 'theme']) localStorage.setItem(key, '{theme}');"
# Alone with the page: Chromium otherwise asks for updates and hosts of its own.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The program to start, None where there is none."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else ["/usr/bin/chromium", "chromium"]
    found = (shutil.which(candidate) for candidate in candidates)
    return next((place for place in found if place), None)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address on 127.0.0.1 at which `folder` is served meanwhile."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
