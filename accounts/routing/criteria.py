"""What a rule can ask about an account or a deal: each criterion named once.

PostgreSQL tests them, of one account as of a million: whether a rule fits is decided nowhere
else. A new criterion is a column of RoutingRule and its line in CRITERIA.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model

from accounts.models import RoutingRule
from portfolio.models import Product, Region, Segment

Test = tuple[str, list]
FITS = "."


@dataclass(frozen=True)
class Criterion:
    """Columns of a rule, the SQL that is true where they are met, and both sides in words.

    `met` answers the condition over the columns of `subject`, with its parameters. `wanted` says
    what the rule is for, `fact` is the column of the subject that it is held against.
    """

    code: str
    columns: tuple[str, ...]
    met: Callable[[RoutingRule], Test]
    wanted: Callable[[RoutingRule], str]
    fact: str
    model: type[Model] | None = None

    def is_asked(self, rule: RoutingRule) -> bool:
        return any(getattr(rule, column) not in (None, "") for column in self.columns)


def _equal(code: str, label: Callable[[RoutingRule], str]) -> Criterion:
    return Criterion(
        code, (code,), lambda rule: (f"{code} = %s", [getattr(rule, code)]), label, code
    )


def _row(code: str, model: type[Model]) -> Criterion:
    column = f"{code}_id"
    return Criterion(
        code,
        (column,),
        lambda rule: (f"{column} = %s", [getattr(rule, column)]),
        lambda rule: str(getattr(rule, code)),
        column,
        model,
    )


def _industry(rule: RoutingRule) -> Test:
    return "lower(industry) = lower(%s)", [rule.industry]


def _between(fact: str, start: str, end: str, below: str) -> Callable[[RoutingRule], Test]:
    def met(rule: RoutingRule) -> Test:
        bounds = ((f"{fact} >= %s", start), (f"{fact} {below} %s", end))
        asked = [(text, getattr(rule, c)) for text, c in bounds if getattr(rule, c) is not None]
        return " AND ".join(text for text, _ in asked), [value for _, value in asked]

    return met


def _deal(rule: RoutingRule) -> Test:
    text, values = _between("size", "deal_from", "deal_below", "<")(rule)
    return f"currency = %s AND {text}", [rule.rule_set.currency, *values]


def _span(start: object, end: object, least: str, most: str) -> str:
    said = [
        f"{least} {start}" if start is not None else "",
        f"{most} {end}" if end is not None else "",
    ]
    return " and ".join(filter(None, said))


CRITERIA = (
    _equal("motion", lambda rule: rule.get_motion_display()),
    _row("product", Product),
    _row("segment", Segment),
    _row("region", Region),
    _equal("country", lambda rule: rule.country),
    Criterion("industry", ("industry",), _industry, lambda rule: rule.industry, "industry"),
    Criterion(
        "employees",
        ("employees_from", "employees_to"),
        _between("employees", "employees_from", "employees_to", "<="),
        lambda rule: (
            _span(rule.employees_from, rule.employees_to, "at least", "at most") + " employees"
        ),
        "employees",
    ),
    Criterion(
        "deal size",
        ("deal_from", "deal_below"),
        _deal,
        lambda rule: (
            _span(rule.deal_from, rule.deal_below, "from", "below")
            + f" minor units of {rule.rule_set.currency} a month"
        ),
        "size",
    ),
    _equal(
        "procurement",
        lambda rule: "yes" if rule.procurement else "no",
    ),
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def misfit(rule: RoutingRule) -> Test:
    """SQL that answers "." where the rule fits, else the letter of the first criterion not met.

    What is not known about an account meets only blank criteria.
    """
    cases, parameters = [], []
    for letter, criterion in zip(LETTERS, CRITERIA, strict=False):
        if criterion.is_asked(rule):
            text, values = criterion.met(rule)
            cases.append(f"WHEN ({text}) IS NOT TRUE THEN '{letter}'")
            parameters += values
    if not cases:
        return f"'{FITS}'", []
    return f"CASE {' '.join(cases)} ELSE '{FITS}' END", parameters


def unmet(letter: str) -> Criterion:
    """The criterion that a letter of `misfit` stands for."""
    return CRITERIA[LETTERS.index(letter)]


def asked(rule: RoutingRule) -> list[Criterion]:
    """The criteria that the rule names."""
    return [each for each in CRITERIA if each.is_asked(rule)]


def covers(earlier: RoutingRule, later: RoutingRule) -> bool:
    """Whether every account that the later rule fits surely fits the earlier one, too."""
    return all(_implied(each, earlier, later) for each in asked(earlier))


def _implied(criterion: Criterion, earlier: RoutingRule, later: RoutingRule) -> bool:
    if not criterion.is_asked(later):
        return False
    first, second = (
        [getattr(rule, column) for column in criterion.columns] for rule in (earlier, later)
    )
    if len(first) == 1:
        return first == second
    (low, high), (least, most) = first, second
    return (low is None or (least is not None and least >= low)) and (
        high is None or (most is not None and most <= high)
    )
