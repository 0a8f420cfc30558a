"""The form of a metric: a field for each parameter that it takes."""

from dataclasses import dataclass, field

from accounts.models import Experiment
from config.access.scoping import visible
from metrics.api.asking import BASES
from metrics.api.schema import WORDS
from metrics.registry import Metric
from portfolio.models import Product, Region, Segment
from pricing.models import Feature, RateTable

DATES = ("on", "start", "end", "followed_to")
NUMBERS = {"min_support": "1", "owner": "1", "trailing_months": "1", "gap_days": "1"}
FRACTIONS = ("gross_margin", "discount_rate")
LEVELS = ("0.9", "0.95", "0.99")
CODES = {
    "segment": Segment,
    "region": Region,
    "product": Product,
    "experiment": Experiment,
    "feature": Feature,
    "rates": RateTable,
}
NAMES = {"on": "as of", "interval": "month by month", "known_at": "as known at"}


@dataclass(frozen=True)
class Field:
    """A field of the form; with choices it is a list of them, after nothing."""

    name: str
    label: str
    help: str
    value: str
    kind: str = "text"
    step: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)


def fields(metric: Metric, given: dict[str, str], actor) -> list[Field]:
    """The fields with what was given, for codes those that the person may see."""
    return [_field(metric, name, given.get(name, ""), actor) for name in metric.parameters]


def _field(metric: Metric, name: str, value: str, actor) -> Field:
    label, words = NAMES.get(name, name.replace("_", " ")), WORDS[name][1]
    if name in DATES:
        return Field(name, label, words, value, "date")
    if name in NUMBERS or name in FRACTIONS:
        return Field(name, label, words, value, "number", NUMBERS.get(name, "0.01"))
    return Field(name, label, words, value, choices=_choices(metric, name, actor))


def _choices(metric: Metric, name: str, actor) -> list[tuple[str, str]]:
    if name in CODES:
        rows = visible(CODES[name].objects.all(), actor)
        return [(row.code, str(row)) for row in rows]
    known = {
        "interval": ("month",),
        "group_by": metric.reads.groups,
        "level": LEVELS,
        "basis": BASES,
        **metric.choices,
    }
    return [(value, value.replace("_", " ")) for value in known.get(name, ())]
