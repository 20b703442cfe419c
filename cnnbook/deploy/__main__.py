"""Put a version of the model into a store: `python -m cnnbook.deploy --store DIR`."""

import argparse
import os
from pathlib import Path

from cnnbook.deploy.formats import FORMATS, SERVED
from cnnbook.deploy.versions import MODEL, build_version
from cnnbook.manifest import read_manifest


def next_version(store: Path) -> int:
    """One more than the highest version in the store, 1 for an empty one."""
    names = [place.name for place in (store / MODEL).glob("*")]
    return 1 + max((int(name) for name in names if name.isdecimal()), default=0)


def main(arguments: list[str] | None = None) -> None:
    """Export, check, describe; print where the version lies and what it is worth."""
    parser = argparse.ArgumentParser(
        prog="python -m cnnbook.deploy", description=__doc__
    )
    parser.add_argument("--store", type=Path, default=Path("build") / "models")
    parser.add_argument("--version", type=int, help="by default the next free one")
    parser.add_argument(
        "--formats",
        nargs="+",
        choices=FORMATS,
        default=SERVED,
        metavar="FORMAT",
        help=f"any of {', '.join(FORMATS)}; by default {' '.join(SERVED)}",
    )
    parser.add_argument("--images", type=int, default=10_000, help="for the checks")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    folder = build_version(
        options.store,
        version=options.version or next_version(options.store),
        formats=options.formats,
        num_images=options.images,
    )
    manifest = read_manifest(folder)
    print(folder)
    for name, entry in manifest.files.items():
        print(f"  {name}: {entry.bytes} bytes, SHA-256 {entry.sha256[:12]}…")
    for name, value in manifest.metrics.items():
        print(f"  {name}: {value:.4g}")


if __name__ == "__main__":
    main()
