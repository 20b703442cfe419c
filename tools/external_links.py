"""Links of the built book that lead to other hosts, by page: `make links`.

Nothing is asked from any host: a link is only read. Run `make book` first.
"""

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup, SoupStrainer

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")
AWAY = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
# What tells the other host where the reader came from.
TRACKER = re.compile(r"^(?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|igshid|ref_src|ref)$")


def external_links(page: str) -> list[str]:
    """Addresses outside the book that a reader can follow from a page, in order."""
    soup = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer(["a", "area"]))
    found = [tag["href"] for tag in soup.find_all(href=True)]
    return list(dict.fromkeys(address for address in found if AWAY.match(address)))


def wrong(link: str) -> list[str]:
    """What is wrong with the form of an address, in words."""
    problems = []
    if not link.startswith("https://"):
        problems.append("it does not begin with https://")
    if re.search(r"\s", link):
        problems.append("it holds a space")
    if not HOST.match(host(link)):
        problems.append(f"{host(link)!r} is not the name of a host")
    names = [name for name, _ in parse_qsl(link.partition("?")[2], True)]
    trackers = [name for name in names if TRACKER.match(name)]
    if trackers:
        problems.append(f"it tells where the reader came from: {', '.join(trackers)}")
    return problems


def wrong_links(page: str) -> list[str]:
    """The links of a page whose form is wrong, and why."""
    return [
        f"{link}: {problem}" for link in external_links(page) for problem in wrong(link)
    ]


def host(link: str) -> str:
    """The host of an address, in lower case; empty where it names none."""
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def pages(site: Path) -> list[Path]:
    """Pages of the built book, without what lies in its folders for files."""
    return sorted(
        path
        for path in site.rglob("*.html")
        if not path.relative_to(site).parts[0].startswith("_")
    )


def main(site: Path = SITE) -> int:
    """Print each page with its links; 1 if the form of one is wrong."""
    if not pages(site):
        print("No page is built. Run `make book` first.", file=sys.stderr)
        return 1
    everything, hosts, failures = set(), set(), 0
    for path in pages(site):
        found = external_links(path.read_text(encoding="utf-8"))
        if not found:
            continue
        print(f"{path.relative_to(site).as_posix()} ({len(found)})")
        for link in found:
            problems = wrong(link)
            failures += bool(problems)
            print("  " + "  <-- ".join([link, *problems]))
        everything |= set(found)
        hosts |= {host(link) for link in found}
    print(
        f"\n{len(everything)} links to {len(hosts)} hosts, {failures} of a wrong form"
    )
    return int(failures > 0)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(main())
