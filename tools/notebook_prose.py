"""The text of all pages on standard output, for the spelling check.

Notebooks hold images in base64, in which a spelling check finds words. Each line
carries the page and cell it stands in, so that a finding says where to look.
"""

from tools.notebook_files import CHAPTERS, list_pages, read_notebook


def main() -> None:
    for path in list_pages():
        name = path.relative_to(CHAPTERS.parent)
        for index, cell in enumerate(read_notebook(path).cells):
            for line in cell.source.splitlines():
                print(f"{name} cell {index}: {line}")


if __name__ == "__main__":
    main()
