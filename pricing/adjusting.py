"""Many prices changed alike: set, raised, lowered, rounded, or copied from another book."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connection

from config.errors import DomainError
from config.money import minor_digits
from pricing.amounts import MOST, ZERO
from pricing.models import PriceBook, PriceRelease
from pricing.proposing import KNOWN, Proposal, compare, keep, proposing, show

HUNDRED = Decimal(100)
ENDING_99 = Decimal("0.99")


class NothingToDo(DomainError):
    code = "nothing_to_adjust"


class Ambiguous(DomainError):
    code = "one_way_at_a_time"


class OutOfRange(DomainError):
    code = "price_out_of_range"


class BandsHaveMany(DomainError):
    code = "bands_have_many_amounts"


@dataclass(frozen=True)
class Adjustment:
    """What is done with every price, in this order: copied, then changed in one way, then rounded.

    `percent` and rounding are of every amount of a price; `set_to` and `plus` are of its main
    one: what a unit costs where it has such, else the flat amount. What is free stays free,
    unless it is set. `step` is what amounts are multiples of, `ending` what they have beyond:
    1 and 0.99 make 30.87 to 30.99. An amount below the least of these is not rounded: 0.02 for
    each call would be fifty times dearer. Without a step, an amount has as many decimals as
    before, and as its currency has.
    """

    set_to: Decimal | None = None
    percent: Decimal | None = None
    plus: Decimal | None = None
    step: Decimal | None = None
    ending: Decimal = ZERO
    copy_from: PriceBook | None = None

    def check(self) -> None:
        """Raises Ambiguous for two ways at once, NothingToDo for none, OutOfRange."""
        ways = [way for way in (self.set_to, self.percent, self.plus) if way is not None]
        if len(ways) > 1:
            raise Ambiguous("Set, raise in percent or raise by an amount: one at a time.")
        if not ways and self.step is None and self.copy_from is None:
            raise NothingToDo("Say how prices change: set, percent, amount, rounding or a copy.")
        if self.percent is not None and self.percent < -HUNDRED:
            raise OutOfRange("No price falls by more than 100 percent.")
        if self.step is not None and not ZERO <= self.ending < self.step:
            raise OutOfRange("A step is more than 0, and the ending is less than the step.")


# Amounts of a price: one expression changes all of them. `x` is the amount, `d` the decimals.
PROPOSE = """
WITH wanted AS (
    SELECT DISTINCT charge_id, currency, interval FROM pricing_price
    WHERE %(every)s OR id = ANY(%(ids)s)
), source AS ({known})
INSERT INTO proposed_price (place, charge_id, currency, interval, is_end, model, flat_amount,
    unit_amount, included_units, package_size, credits, is_minimum, bands)
SELECT row_number() OVER (ORDER BY p.id), p.charge_id, p.currency, p.interval, false, p.model,
    {flat}, {unit}, p.included_units, p.package_size, p.credits, p.is_minimum,
    (SELECT jsonb_agg(jsonb_build_array(b -> 0, b -> 1, {band_unit}, {band_flat})
                      ORDER BY (b ->> 0)::numeric) FROM jsonb_array_elements(p.bands) b)
FROM source p JOIN wanted w USING (charge_id, currency, interval)
"""
MISFIT = """
SELECT plan.name || ' ' || charge.code || ', ' || currency || ' a ' || interval
FROM proposed_price p JOIN pricing_charge charge ON charge.id = p.charge_id
JOIN pricing_plan plan ON plan.id = charge.plan_id
WHERE {} ORDER BY place LIMIT 1
"""
NOT_KEPT = """
least(flat_amount, unit_amount, (SELECT min(least((b ->> 2)::numeric, (b ->> 3)::numeric))
                                 FROM jsonb_array_elements(bands) b)) < 0
OR greatest(flat_amount, unit_amount, (SELECT max(greatest((b ->> 2)::numeric, (b ->> 3)::numeric))
                                       FROM jsonb_array_elements(bands) b)) >= %(most)s
"""


def preview_adjustment(
    *, release: PriceRelease, adjustment: Adjustment, prices: Iterable[int] | None
) -> Proposal:
    """What the adjustment would make of the draft; nothing is written.

    `prices` are ids of prices of whose charges the book's prices change; None: all it has.
    """
    return _adjusted(release, adjustment, prices, show)


def draft_adjustment(
    *, release: PriceRelease, adjustment: Adjustment, prices: Iterable[int] | None
) -> Proposal:
    """The draft, or more lines of the draft that there is, with the adjusted prices.

    Prices that would stay as they are the day before are left out. Raises what `check` raises,
    OutOfRange naming a price that would be below 0 or too large, BandsHaveMany where several
    amounts would be set to one, and NothingToDo where there is nothing to adjust.
    """
    return _adjusted(release, adjustment, prices, keep)


def _adjusted(release: PriceRelease, adjustment: Adjustment, prices, finish) -> Proposal:
    adjustment.check()
    with proposing():
        _propose(release, adjustment, prices)
        counts = compare(release)
        if not sum(counts.values()):
            raise NothingToDo("None of these has a price on the day before the release.")
        return finish(release, counts)


def _propose(release: PriceRelease, adjustment: Adjustment, prices) -> None:
    source = adjustment.copy_from or release.book
    statement = PROPOSE.format(
        known=KNOWN,
        flat=_amount(adjustment, "p.flat_amount", main="p.unit_amount IS NULL"),
        unit=_amount(adjustment, "p.unit_amount", main="true"),
        band_unit=_amount(adjustment, "(b ->> 2)::numeric", main="true"),
        band_flat=_amount(adjustment, "(b ->> 3)::numeric", main="(b ->> 2)::numeric = 0"),
    )
    names = {
        "every": prices is None,
        "ids": [] if prices is None else list(prices),
        "book": source.pk,
        "eve": release.effective_on - timedelta(days=1),
        "factor": 1 + (adjustment.percent or ZERO) / HUNDRED,
        "set_to": adjustment.set_to,
        "plus": adjustment.plus,
        "step": adjustment.step,
        "ending": adjustment.ending,
        "least": adjustment.ending or adjustment.step,
        "digits": _digits(source),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
    _check_range(adjustment)


def _amount(adjustment: Adjustment, x: str, *, main: str) -> str:
    """SQL of an amount after the adjustment; `main` says whether it is the main one."""
    changed = x
    if adjustment.set_to is not None:
        return f"CASE WHEN {x} IS NOT NULL AND {main} THEN %(set_to)s ELSE {x} END"
    decimals = f"greatest((%(digits)s::jsonb ->> p.currency)::int, scale(trim_scale({x})))"
    if adjustment.percent is not None:
        changed = f"round({x} * %(factor)s, {decimals})"
    elif adjustment.plus is not None:
        changed = f"CASE WHEN {main} THEN {x} + %(plus)s ELSE {x} END"
    if adjustment.step is not None:
        rounded = f"round(({changed} - %(ending)s) / %(step)s) * %(step)s + %(ending)s"
        changed = f"CASE WHEN {changed} < %(least)s THEN {changed} ELSE {rounded} END"
    return f"CASE WHEN {x} IS NULL OR {x} = 0 THEN {x} ELSE {changed} END"


def _digits(book: PriceBook) -> str:
    """How many decimals each currency of a book has, as JSON."""
    found = book.prices.order_by().values_list("currency", flat=True).distinct()
    return json.dumps({currency: minor_digits(currency) for currency in found})


def _check_range(adjustment: Adjustment) -> None:
    if adjustment.set_to is not None and (name := _first("bands IS NOT NULL")):
        raise BandsHaveMany(f"{name} has bands: their amounts are not one. Leave it out.")
    if name := _first(NOT_KEPT):
        raise OutOfRange(f"{name} would be below 0, or larger than any price that is kept.")


def _first(condition: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(MISFIT.format(condition), {"most": MOST})
        found = cursor.fetchone()
    return found[0] if found else None
