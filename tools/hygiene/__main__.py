"""`python -m tools.hygiene [PAGES…]`: what the pages break, exit 1 if anything."""

import argparse
import sys

from cnnbook.claims import load_register
from tools.hygiene import RULES, check
from tools.notebook_files import ROOT, read_notebook, select_pages


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.hygiene")
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    parser.add_argument("--rules", action="store_true", help="list the rules")
    options = parser.parse_intermixed_args(arguments)
    if options.rules:
        print("\n".join(f"{name}: {rule.sentence}" for name, rule in RULES.items()))
        return 0
    try:
        pages = select_pages(options.pages)
    except ValueError as error:
        parser.error(str(error))
    register = load_register()
    count = 0
    for path in pages:
        for name, problems in check(read_notebook(path), register).items():
            for cell, what, remedy in problems:
                place = "" if cell is None else f" cell {cell}"
                print(f"{path.relative_to(ROOT)}{place}: {name}: {what}; {remedy}")
            count += len(problems)
    print(f"{len(pages)} pages, {len(RULES)} rules, {count} problems")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
