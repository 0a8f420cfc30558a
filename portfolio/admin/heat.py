"""Scores of coherence as cells: a figure, a shade, a sentence."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.admin.formatting import number
from portfolio.coherence import Pair
from portfolio.models import Question

SHADES = 4  # besides none at all
SHORT = {
    Question.NEEDS: "needs",
    Question.PERSONAS: "users",
    Question.INTEGRATION: "integration",
    Question.WORKFLOW: "workflow",
}


class Cell(NamedTuple):
    pair: Pair
    text: str
    shade: int
    title: str
    url: str


class Cells:
    """Makes cells; each figure of two digits is written once, however often it is shown."""

    def __init__(self) -> None:
        self._written = [number(hundredths / 100, 2) for hundredths in range(101)]
        self._products = reverse("admin:portfolio_product_changelist")

    def figure(self, value: float) -> str:
        return self._written[round(value * 100)]

    def cell(self, pair: Pair) -> Cell:
        parts = ", ".join(
            f"{SHORT[question]} {self.figure(score.value)}{' (judged)' if score.override else ''}"
            for question, score in pair.scores.items()
        )
        text = self.figure(pair.value)
        return Cell(
            pair=pair,
            text=f"{text}*" if pair.is_judged else text,
            shade=shade(pair.value),
            title=f"{pair.a} and {pair.b}: {text}. {parts.capitalize()}.",
            url=f"{self._products}{pair.a.pk}/with/{pair.b.pk}/",
        )


def drawn(cells: Iterable[Cell | None]) -> SafeString:
    """A row of the map; a page has thousands of cells, too many for a template to go through."""
    return format_html_join(
        "",
        '<td class="{}" title="{}">{}</td>',
        ((f"pt-c{c.shade}", c.title, _link(c)) if c else ("pt-none", "", "") for c in cells),
    )


def _link(cell: Cell) -> SafeString:
    return format_html('<a href="{}" tabindex="-1">{}</a>', cell.url, cell.text)


def shade(value: float) -> int:
    """0 for nothing in common, then by quarters."""
    return 0 if value <= 0 else min(SHADES, 1 + int(value * SHADES))
