"""What a line is held at after the ends of its terms, now and ahead of time: one function."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from accounts.holdings import close, holding, later, successor, write
from accounts.ledger import recording
from accounts.models import Origin, SubscriptionLine
from accounts.renewal_facts import facts_of
from accounts.walk import Facts, Grant, Terms, step
from config.errors import DomainError
from pricing.models import Price


class NotABoundary(DomainError):
    code = "not_a_boundary"


@dataclass(frozen=True)
class Renewal:
    """What a line is held at from the end of a term on, and the steps that led to it."""

    on: date
    amount: Decimal
    list_amount: Decimal | None
    price: Price | None
    grant: Grant
    moves: bool
    trace: list[dict]


def price_schedule(*, line: SubscriptionLine, after: date, renewals: int) -> list[Renewal]:
    """What a line will be held at after each of its next renewals beyond a day, without writing.

    Fewer where it ends before; changes that are written down already are part of it. Raises
    NotHeld for a line that is not held on the day, and was not to begin after it.
    """
    day = max(after, line.starts_on)
    return list(islice(_renewals(line, day), renewals))


def _renewals(line: SubscriptionLine, day: date) -> Iterator[Renewal]:
    """The renewals of the line that is held on the day, then of what is written to follow it."""
    held = holding(line=line, on=day)
    (facts,) = facts_of(lines=held, since=day)
    place = facts.place_of(line)
    for each in walk(facts=facts, after=day):
        yield _of_line(each, place)
    ends_on = facts.lines[place].ends_on
    for following in later(line=facts.lines[place])[:1] if ends_on else []:
        if following.boundary_from(ends_on) == ends_on:
            yield _written(following)
        yield from _renewals(following, ends_on)


def walk(*, facts: Facts, after: date) -> Iterator[tuple[date, Terms, bool, list[dict]]]:
    """The terms of a holding after each boundary beyond the day, whether they move, and why."""
    now = facts.terms()
    for day in facts.boundaries(after=after):
        found, trace = step(facts=facts, now=now, on=day)
        yield day, found, found != now, trace
        now = found


def _of_line(each: tuple[date, Terms, bool, list[dict]], place: int) -> Renewal:
    day, terms, moves, trace = each
    shares = terms.shares[place], terms.list_shares[place]
    return Renewal(day, *shares, terms.cost.price, terms.grants[place], moves, trace)


def _written(line: SubscriptionLine) -> Renewal:
    grant = Grant(line.plan_version_id, line.floor_version_id)
    money = line.amount, line.list_amount, line.price
    return Renewal(line.starts_on, *money, grant, True, line.trace)


def renew(*, line: SubscriptionLine, on: date) -> SubscriptionLine:
    """Renew a line, with its bundle, at the end of its term, and return the line held from then.

    Where neither amount nor version changes, nothing is written, and it is the same line; doing
    it twice does it once. Raises NotHeld for a line that is not held that day, NotABoundary for
    a day within its term.
    """
    with recording(line.account_id):
        held = holding(line=line, on=on)
        (facts,) = facts_of(lines=held, since=on)
        place = facts.place_of(line)
        if held[place].starts_on == on:
            return held[place]
        day = held[place].boundary_from(on)
        if day != on:
            raise NotABoundary(f"{line} is committed: its term ends on {day}, not on {on}.")
        now = facts.terms()
        terms, trace = step(facts=facts, now=now, on=on)
        new = [write_terms(facts, now, terms, n, on, trace) for n in range(len(held))]
    return new[place]


def write_terms(
    facts: Facts, now: Terms, terms: Terms, place: int, on: date, trace: list[dict]
) -> SubscriptionLine:
    """Close one line of a holding and open its successor, if its terms move."""
    line = facts.lines[place]
    if not moves(now, terms, place):
        return line
    grant = terms.grants[place]
    new = successor(
        line=line,
        on=on,
        origin=Origin.RENEWAL,
        trace=trace,
        price=terms.cost.price,
        amount=terms.shares[place],
        list_amount=terms.list_shares[place],
        plan_version_id=grant.version,
        floor_version_id=grant.floor,
    )
    close(line=line, on=on)
    return write(line=new)


def moves(now: Terms, terms: Terms, place: int) -> bool:
    """Whether a line of a holding gets other terms: with its price, every line of a bundle."""
    return terms.cost != now.cost or terms.grants[place] != now.grants[place]
