"""The box that a verdict prints: as text, and as HTML that needs no style sheet."""

from collections.abc import Mapping, Sequence
from html import escape

from cnnbook.claims.references import Reference
from cnnbook.claims.register import Claim

WORDS = {True: "holds", False: "fails"}


def as_text(
    claim: Claim,
    cases: Mapping[str, bool],
    because: str,
    references: Sequence[Reference] = (),
) -> str:
    """The box as plain text, one fact to a line."""
    lines = [f"{claim.id} {claim.verdict} ({claim.where}): {claim.statement}"]
    lines += [f"  {WORDS[holds]}: {case}" for case, holds in cases.items()]
    if claim.condition:
        lines.append(f"  Condition: {claim.condition}")
    if because:
        lines.append(f"  Because: {because}")
    lines += [f"  Reference: {_cited(entry)} {entry.address}" for entry in references]
    return "\n".join(lines)


def as_html(
    claim: Claim,
    cases: Mapping[str, bool],
    because: str,
    references: Sequence[Reference] = (),
) -> str:
    """The box as HTML: a `div` of class "claim claim-<verdict>", id "claim-<id>"."""
    parts = [
        f'<div class="claim claim-{escape(claim.verdict)}" '
        f'id="claim-{escape(claim.id)}">',
        f'<p class="claim-title"><strong>Claim {escape(claim.id)}: '
        f"{escape(claim.verdict)}</strong> ({escape(claim.where)})</p>",
        f'<p class="claim-statement">“{escape(claim.statement)}”</p>',
    ]
    if cases:
        parts.append('<ul class="claim-cases">')
        parts += [
            f'<li class="claim-{WORDS[holds]}"><strong>{WORDS[holds]}:</strong> '
            f"{escape(case)}</li>"
            for case, holds in cases.items()
        ]
        parts.append("</ul>")
    if claim.condition:
        parts.append(_paragraph("condition", claim.condition))
    if because:
        parts.append(_paragraph("because", because))
    for reference in references:
        address = escape(reference.address)
        parts.append(
            f'<p class="claim-reference"><strong>Reference:</strong> '
            f'{escape(_cited(reference))} <a href="{address}">{address}</a></p>'
        )
    return "\n".join([*parts, "</div>"])


def _paragraph(name: str, text: str) -> str:
    heading = name.capitalize()
    return f'<p class="claim-{name}"><strong>{heading}:</strong> {escape(text)}</p>'


def _cited(reference: Reference) -> str:
    who = f"{reference.authors} ({reference.year or 'no date'})".strip()
    return f"{who}, {reference.title}."
