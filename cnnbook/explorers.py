"""Interactive figures: arrays and numbers in, HTML out; nothing is computed here.

An explorer is a figure that its reader can operate in the built book, without kernel
and without network. The page gives its data and a fallback, and the script
`assets/explorers/KIND.js` does the rest. Without JavaScript, and in JupyterLab, the
fallback is what is seen.
"""

import html
import json
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from cnnbook.checks import require_layout

KIND = re.compile(r"[a-z]+(?:-[a-z]+)*")
# As stored in the notebook. The hygiene rule allows an output 100,000.
MOST_BYTES = 95_000
SHORTEN = "Show a smaller array, or fewer `decimals`."


def explorer(
    kind: str,
    data: Mapping[str, object],
    *,
    title: str,
    fallback: str,
    decimals: int = 4,
) -> None:
    """Display an interactive figure with `data`; refuse what cannot be stored.

    Parameters
    ----------
    kind : the name of its script, such as "convolution".
    data : name -> number, text, list or array, nested at will; nothing NaN or infinite.
    title : one line of text above the figure.
    fallback : HTML with a table or an image, from `grid_html` or `table_html`.
    decimals : floats are rounded to so many places, so that processors agree.
    """
    from IPython.display import display

    described = f"Interactive figure ({kind}): {title}"
    text = explorer_html(kind, data, title=title, fallback=fallback, decimals=decimals)
    display({"text/html": text, "text/plain": described}, raw=True)


def explorer_html(
    kind: str,
    data: Mapping[str, object],
    *,
    title: str,
    fallback: str,
    decimals: int = 4,
) -> str:
    """The HTML that `explorer` displays, for the same arguments."""
    if not isinstance(kind, str) or not KIND.fullmatch(kind):
        raise ValueError(
            f"`kind` must be lower-case words joined by hyphens, got {kind!r}. "
            'Write the name of a script, such as "receptive-field".'
        )
    for name, text in (("title", title), ("fallback", fallback)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"`{name}` must be text that is not empty, got {text!r}.")
    if not isinstance(data, Mapping):
        raise ValueError(f"`data` must be a dictionary, got {type(data).__name__}.")
    page = (
        f'<div class="explorer" data-explorer="{kind}">\n'
        f'<p class="explorer-title">{html.escape(title)}</p>\n'
        f'<div class="explorer-fallback">{fallback}</div>\n'
        f'<script type="application/json">{_as_json(data, decimals)}</script>\n</div>'
    )
    size = len(json.dumps(page).encode())
    if size > MOST_BYTES:
        raise ValueError(
            f"`data` and `fallback` make {size:,} bytes, at most {MOST_BYTES:,} may be "
            f"stored. {SHORTEN}"
        )
    return page


def grid_html(array: np.ndarray, *, caption: str, decimals: int = 0) -> str:
    """A table of the numbers of `array` (h, w), rounded, as a fallback.

    >>> grid_html(np.array([[1, -2]]), caption="Row.").count("<td>−2</td>")
    1
    """
    require_layout("array", array, "h w")
    rows = _plain(np.asarray(array), "array", decimals)
    body = "".join(_row("td", (_as_text(value) for value in row)) for row in rows)
    return _table("explorer-grid", caption, body)


def table_html(
    rows: Sequence[Sequence[object]], header: Sequence[str], caption: str
) -> str:
    """A table with a `header`, as a fallback; the first entry of a row names it.

    Numbers are written as they are, so round them first.
    """
    body = f"<thead>{_row('th', header, scope='col')}</thead>"
    for row in rows:
        if len(row) != len(header):
            raise ValueError(
                f"`rows` must have {len(header)} entries each, as `header` has, got "
                f"{len(row)}: {list(row)!r}. Fill what is missing with an empty text."
            )
        name, *entries = (_as_text(_plain(value, "rows", None)) for value in row)
        head = f'<th scope="row">{name}</th>'
        body += _row("td", entries).replace("<tr>", f"<tr>{head}", 1)
    return _table("explorer-table", caption, body)


def _table(kind: str, caption: str, body: str) -> str:
    if not caption.strip():
        raise ValueError("`caption` must say what the table shows, got nothing.")
    return (
        f'<table class="{kind}"><caption>{html.escape(caption)}</caption>{body}</table>'
    )


def _row(tag: str, entries: Sequence[str], *, scope: str = "") -> str:
    opening = f'<{tag} scope="{scope}">' if scope else f"<{tag}>"
    cells = "".join(f"{opening}{entry}</{tag}>" for entry in entries)
    return f"<tr>{cells}</tr>"


def _as_text(value: object) -> str:
    """A number with a true minus sign, or escaped text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value}".removesuffix(".0").replace("-", "−")
    return html.escape(str(value))


def _as_json(data: Mapping[str, object], decimals: int) -> str:
    """`data` as JSON that may stand in a script element."""
    plain = _plain(data, "data", decimals)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    # The first would end the script, the second let it swallow what follows.
    return text.replace("</", r"<\/").replace("<!--", r"\u003c!--")


def _plain(value: object, name: str, decimals: int | None) -> object:
    """`value` as JSON has it: arrays as lists, floats rounded, the rest as it is."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return _rounded(value, name, decimals)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"`{name}` must have texts as keys, got {key!r}.")
        return {k: _plain(v, f"{name}[{k!r}]", decimals) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, name, decimals) for entry in value]
    raise ValueError(
        f"`{name}` must hold numbers, texts, lists or arrays, got "
        f"{type(value).__name__}. Convert it first: np.asarray(value)."
    )


def _rounded(value: float, name: str, decimals: int | None) -> float:
    if not math.isfinite(value):
        raise ValueError(
            f"`{name}` must be finite, got {value}. JSON has no NaN and no infinity: "
            "replace it, or leave the entry out."
        )
    # Adding 0.0 turns a negative zero into zero.
    return value if decimals is None else round(value, decimals) + 0.0
