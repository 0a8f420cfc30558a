"""Whom a release of prices concerns: what is held of its charges, and what it comes to then."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pricing.amounts import Terms, amount_of
from pricing.bands import misfits
from pricing.models import Interval, PriceRelease
from pricing.preview import before

NO_MONTHS = frozenset({"one_time"})


@dataclass(frozen=True)
class Held:
    """Lines of customers who pay by a book: as many of one charge, currency, interval, quantity.

    `revenue` is what all of them pay a month. The quantity of imported lines is not known.
    """

    charge: int
    currency: str
    interval: str
    quantity: Decimal | None
    lines: int
    revenue: Decimal


@dataclass(frozen=True)
class Moved:
    """What changes in one currency: what is paid a month, and by how much the list price moves."""

    currency: str
    lines: int
    revenue: Decimal
    change: Decimal
    unknown: int

    @property
    def share(self) -> Decimal | None:
        return self.change / self.revenue if self.revenue else None


@dataclass(frozen=True)
class Impact:
    """How many customers hold what a release changes, and what it moves in each currency."""

    customers: int
    moved: tuple[Moved, ...]

    @property
    def lines(self) -> int:
        return sum(each.lines for each in self.moved)


@dataclass(frozen=True)
class Holdings:
    """What a later app knows of those who buy: the charges they hold, the lines of a release."""

    charges: Callable[[PriceRelease], Sequence[int]]
    lines: Callable[[PriceRelease], Iterable[Held]]
    customers: Callable[[PriceRelease], int]
    sees: Callable[[object], bool]


_known: list[Holdings] = []


def provide_holdings(holdings: Holdings) -> None:
    """Let an app say what is held; it calls this once, when it gets ready."""
    if _known:
        raise ValueError("what is held is known already")
    _known.append(holdings)


def may_see_impact(actor) -> bool:
    """Whether the actor may be told sums over all customers."""
    return bool(_known) and _known[0].sees(actor)


def held_charges(release: PriceRelease) -> list[int]:
    """The charges that somebody holds on the first day of the release; none that nobody knows."""
    return list(_known[0].charges(release)) if _known else []


def impact_of(release: PriceRelease) -> Impact | None:
    """Who holds what the release changes, and how their list prices move; None: nobody knows.

    As if everybody moved on its first day: what existing customers are promised is told beside.
    """
    if not _known:
        return None
    held = list(_known[0].lines(release))
    old, new = _terms(release, {each.charge for each in held})
    moved: dict[str, list] = {}
    for each in held:
        moved.setdefault(each.currency, []).append((each, _change(each, old, new)))
    return Impact(
        _known[0].customers(release) if held else 0,
        tuple(_sum(currency, rows) for currency, rows in sorted(moved.items())),
    )


def _terms(release: PriceRelease, charges: set[int]) -> tuple[dict, dict]:
    """What a price was and will be for each charge, currency and interval that is held."""
    old, new = {}, {}
    lines = release.lines.filter(charge__in=charges)
    for line, earlier in before(release=release, lines=lines):
        key = (line.charge_id, line.currency, line.interval)
        if earlier:
            old[key] = earlier.terms()
        if not line.is_end and not any(misfits(line.terms().bands) if line.has_bands else ()):
            new[key] = line.terms()
    return old, new


def _change(held: Held, old: dict[tuple, Terms], new: dict[tuple, Terms]) -> Decimal | None:
    """By how much the list price of the lines moves a month; None where it cannot be told."""
    key = (held.charge, held.currency, held.interval)
    if held.quantity is None or key not in old or key not in new or held.interval in NO_MONTHS:
        return None
    amounts = (amount_of(t[key], held.quantity, currency=held.currency).total for t in (new, old))
    return held.lines * (next(amounts) - next(amounts)) / Interval(held.interval).months


def _sum(currency: str, rows: list[tuple[Held, Decimal | None]]) -> Moved:
    return Moved(
        currency=currency,
        lines=sum(held.lines for held, _ in rows),
        revenue=sum((held.revenue for held, _ in rows), Decimal(0)),
        change=sum((change for _, change in rows if change is not None), Decimal(0)),
        unknown=sum(held.lines for held, change in rows if change is None),
    )
