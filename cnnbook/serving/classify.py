"""Classify image files without a server: `python -m cnnbook.serving.classify`.

Loads a verified version, preprocesses, predicts and prints a line for each image.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from cnnbook.serving.errors import RequestError
from cnnbook.serving.predictor import Predictor, load_predictor
from cnnbook.serving.settings import FILE_OF_ENGINE

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff")


def find_images(places: Iterable[str | Path]) -> Iterator[Path]:
    """The files among `places`, and the images in folders among them, by name."""
    for place in map(Path, places):
        if place.is_dir():
            inside = (path for path in place.rglob("*") if path.is_file())
            yield from sorted(p for p in inside if p.suffix.lower() in SUFFIXES)
        else:
            yield place


def classify(
    predictor: Predictor, paths: Iterable[str | Path], *, top_k: int = 3
) -> Iterator[dict]:
    """For each file {"file", "top"}, as `Predictor.postprocess` gives it.

    A file that cannot be read gives {"file", "error"}, and the next one is read.
    """
    for path in paths:
        try:
            images = predictor.preprocess(Path(path).read_bytes())
        except (OSError, RequestError) as error:
            yield {"file": str(path), "error": str(error)}
            continue
        (top,) = predictor.postprocess(predictor.predict(images), top_k=top_k)
        yield {"file": str(path), "top": top}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 1 where a file could not be read, 2 for a bad model."""
    options = _parser().parse_args(arguments)
    try:
        predictor = load_predictor(
            options.model, file_name=FILE_OF_ENGINE[options.engine]
        )
        if not 1 <= options.top <= len(predictor.labels):
            raise ValueError(f"--top must be 1 to {len(predictor.labels)}.")
    except ValueError as error:
        sys.stderr.write(f"classify: {error}\n")
        return 2
    failed = False
    for answer in classify(predictor, find_images(options.images), top_k=options.top):
        failed = failed or "error" in answer
        stream = sys.stderr if "error" in answer and not options.json else sys.stdout
        stream.write((json.dumps(answer) if options.json else _line(answer)) + "\n")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cnnbook.serving.classify",
        description="Classify image files; light objects on black.",
    )
    parser.add_argument("model", type=Path, help="folder of a version")
    parser.add_argument("images", nargs="+", help="files, or folders of images")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--top", type=int, default=3, metavar="K", help="classes [3]")
    parser.add_argument("--engine", choices=list(FILE_OF_ENGINE), default="onnx")
    return parser


def _line(answer: dict) -> str:
    if "error" in answer:
        return f"{answer['file']}: {answer['error']}"
    shown = ", ".join(f"{c['label']} {c['probability']:.3f}" for c in answer["top"])
    return f"{answer['file']}: {shown}"


if __name__ == "__main__":
    sys.exit(main())
