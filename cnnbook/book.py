"""Where the files of the book lie that pages read: records, manifests, other pages.

In a checkout they lie beside the package, and the working directory is somewhere
below. A page that was downloaded alone has only the installed package; its wheel
carries the same files, in the folder `carried`, under the same names.
"""

from pathlib import Path

CARRIED = Path(__file__).parent / "carried"
# what a wheel carries, by its name in the repository; setup.py and tests read this
WHAT_PAGES_READ = (
    "chapters/records",
    "deployment",
    "references.bib",
    # the conclusion quotes what these pages have stored
    "chapters/deployment/export.ipynb",
    "chapters/math/activations.ipynb",
    "chapters/math/convolution.ipynb",
    "chapters/preprocessing/normalization.ipynb",
    "chapters/tuning/architecture.ipynb",
    "chapters/tuning/optimization.ipynb",
    "chapters/tuning/search.ipynb",
)


def find_in_book(name: str, start: str | Path | None = None) -> Path:
    """The file or folder `name` of the book, a path such as `chapters/records`.

    Looked for in `start` (default: the working directory), in each folder above it,
    then among the files that the wheel carries.
    """
    start = Path.cwd() if start is None else Path(start).resolve()
    for folder in (start, *start.parents, CARRIED):
        if (folder / name).exists():
            return folder / name
    raise ValueError(
        f"`name` must be a file or folder of the book, got {name!r}, which is not in "
        f"{start.name!r}, nor above it, nor in the package. Run this from the book's "
        "folder, or install the package from a wheel made by `make alone`."
    )


def deployment_files(start: str | Path | None = None) -> Path:
    """The folder `deployment` of the book, told from any other folder of that name."""
    return find_in_book("deployment/container/Dockerfile", start).parents[1]
