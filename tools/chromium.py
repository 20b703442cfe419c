"""Which Chromium drives the pages, and how it is started."""

import os
import shutil

INSTALL = (
    "This drives Chromium, and none was found as $CHROMIUM, /usr/bin/chromium or "
    "on PATH. Install it (Debian: apt install chromium), or set CHROMIUM to its place."
)
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
