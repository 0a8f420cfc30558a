"""Discounts on lines: written with their end, and carried on when a line changes underneath."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from accounts.holdings import later, successor, write
from accounts.models import Origin, SubscriptionLine
from config.money import round_money
from pricing.allocation import allocate
from pricing.incentives import Stretch


def ends_of(line: SubscriptionLine) -> list[SubscriptionLine]:
    """The lines by which the discount of a line becomes less, and ends; all of them to come."""
    return [each for each in later(line=line) if each.origin == Origin.DISCOUNT_END]


def write_stretches(
    *, lines: Sequence[SubscriptionLine], stretches: Sequence[Stretch]
) -> list[SubscriptionLine]:
    """Write lines that are sold at their list price with the discounts of each stretch.

    The end of every stretch is written at once, as a line that follows on that day; the lines of
    a bundle share the amount of a stretch by what they cost without it. Answers the first lines.
    """
    currency = lines[0].subscription.currency
    weights = [line.amount for line in lines]
    keys = [(line.product_id or 0, line.plan_id) for line in lines]
    ends = [line.ends_on for line in lines]
    current, first = list(lines), []
    for each in stretches:
        shares = allocate(amount=each.amount, weights=weights, keys=keys, currency=currency)
        for n, share in enumerate(shares):
            if each is not stretches[0]:
                if ends[n] and ends[n] <= each.starts_on:
                    continue
                current[n] = _following(current[n], each.starts_on, share, ends[n])
            current[n].amount, current[n].list_amount = share, weights[n]
            current[n].ends_on = _earlier(each.ends_on, ends[n])
            write(line=current[n])
        first = first or list(current)
    return first


def _following(
    line: SubscriptionLine, on: date, amount: Decimal, ends_on: date | None
) -> SubscriptionLine:
    trace = [
        {
            "step": "discount_end",
            "subject": None,
            "considered": 1,
            "matched": None,
            "reason": f"From {line.amount:f} to {amount:f}: what was taken off ends on {on}.",
        }
    ]
    return successor(
        line=line,
        on=on,
        origin=Origin.DISCOUNT_END,
        trace=trace,
        amount=amount,
        ends_on=ends_on,
    )


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)


def carry_on(*, line: SubscriptionLine, ends: Sequence[SubscriptionLine]) -> SubscriptionLine:
    """Let the discount of a new line end when that of the line before would have, and as it would.

    `ends` are the ends that were written then, `ends_of` the line before. Each takes the same
    share of the list price. A line without a discount is left as it is.
    """
    current, last = line, line.ends_on
    if ends and last == ends[0].starts_on:  # it ended there only to cost more from then on
        last = ends[-1].ends_on
    for end in ends:
        if not _still_runs(current, end):
            continue
        amount = current.list_amount * end.amount / end.list_amount
        amount = round_money(amount, current.subscription.currency)
        current.ends_on = end.starts_on
        current.save(update_fields=["ends_on"])
        current = write(line=_following(current, end.starts_on, amount, last))
    return line


def _still_runs(line: SubscriptionLine, end: SubscriptionLine) -> bool:
    has_discount = line.list_amount is not None and line.amount < line.list_amount
    ends_before = line.ends_on is not None and line.ends_on < end.starts_on
    return (
        has_discount
        and bool(end.list_amount)
        and line.starts_on < end.starts_on
        and not ends_before
    )
