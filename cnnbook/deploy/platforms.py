"""What was tried on which platform, read from the READMEs of `deployment/`.

`deployment/README.md` has a table with a row for each platform; the README that a row
links to says in bullets what to type, what drives the cost, and how to end it.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Platform:
    """A row of the table, with the bullets of its README; Markdown, in one line each.

    named : what the source calls it, and what has become of that name.
    commands : lines of shell or Python to type, as they stand there.
    """

    name: str
    named: str
    run: str
    validated: str
    left: str
    commands: str
    cost: str
    take_down: str


def read_platforms(folder: str | Path) -> list[Platform]:
    """The platforms whose row in `folder/README.md` links to a README of their own."""
    folder = Path(folder)
    found = []
    for line in (folder / "README.md").read_text("utf-8").splitlines():
        linked = re.match(r"\| \[(.+?)\]\((.+?/README\.md)\) \|(.*)\|$", line)
        if linked:
            run, validated, left = (cell.strip() for cell in linked[3].split("|"))
            told = _bullets((folder / linked[2]).read_text("utf-8"))
            found.append(
                Platform(
                    name=linked[1],
                    named=_line(told["Named by the source"]),
                    run=run,
                    validated=validated,
                    left=left,
                    commands=_commands(told["Left to you"]),
                    cost=_line(told["Cost drivers"]),
                    take_down=_line(told["Take it down"]),
                )
            )
    return found


def as_html(platforms: Iterable[Platform], columns: Mapping[str, str]) -> str:
    """A table with a row for each platform; `columns` maps headings to fields."""
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in columns)
    rows = [
        "".join(f"<td>{_cell(each, field)}</td>" for field in columns.values())
        for each in platforms
    ]
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        '<div style="overflow-x: auto"><table class="table">\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def _bullets(readme: str) -> dict[str, str]:
    """`- **Name**: text` -> {name: text}, with the lines that are indented below."""
    parts = re.split(r"^- \*\*(.+?)\*\*:? ?", readme, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _commands(bullet: str) -> str:
    blocks = FENCE.findall(bullet)
    lines = [line.removeprefix("  ") for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`(docker [^`]+)`", bullet)
    return "\n".join(lines).strip() or "\n".join(inline)


def _line(bullet: str) -> str:
    return " ".join(bullet.split())


def _cell(platform: Platform, field: str) -> str:
    text = html.escape(getattr(platform, field))
    if field == "commands":
        return f"<pre>{text}</pre>"
    text = re.sub(r"`(.+?)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\[(.+?)\]\(.+?\)", r"\1", text)
