"""What a line is held at after the ends of its terms, now and ahead of time: one function."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from accounts.facts import Facts, Grant, Terms
from accounts.holdings import close, holding, later, successor, touch, write
from accounts.ledger import recording
from accounts.models import Origin, Subscription, SubscriptionLine
from accounts.renewal_facts import facts_of
from accounts.succession import settle
from accounts.walk import step
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
    held = holding(line=line, on=day)
    return price_schedules(lines=held, after=day, renewals=renewals)[_now(line, held)]


def price_schedules(
    *, lines: Iterable[SubscriptionLine], after: date, renewals: int
) -> dict[int, list[Renewal]]:
    """`price_schedule` of lines that are held on a day, by id; of a bundle, of all its lines.

    The lines come `with_terms()`. Six queries, and more only where changes are written ahead.
    """
    return {
        line.pk: list(islice(_renewals(facts, place, after), renewals))
        for facts in facts_of(lines=lines, since=after)
        for place, line in enumerate(facts.lines)
    }


def _now(line: SubscriptionLine, held: Iterable[SubscriptionLine]) -> int:
    """The id of the line that the line is now."""
    root = line.root_id or line.pk
    return next(each.pk for each in held if root in (each.pk, each.root_id))


def _renewals(facts: Facts, place: int, day: date) -> Iterator[Renewal]:
    """The renewals of a line beyond the day, then those of what is written to follow it."""
    first = facts.lines[place]
    for each in walk(facts=facts, after=day):
        if moved := each[1].moved:
            place = moved.place_of(first)
            if place is None:
                return  # a version of its bundle has it no more
        yield _of_line(each, place)
    line = facts.lines[place]
    for following in later(line=line)[:1] if line.ends_on else []:
        if following.boundary_from(line.ends_on) == line.ends_on:
            yield _written(following)
        held = holding(line=following, on=line.ends_on)
        (found,) = facts_of(lines=held, since=line.ends_on)
        yield from _renewals(found, found.place_of(following), line.ends_on)


def walk(*, facts: Facts, after: date) -> Iterator[tuple[date, Terms, bool, list[dict]]]:
    """The terms of a holding after each boundary beyond the day, whether they move, and why."""
    now = facts.terms()
    for day in facts.boundaries(after=after):
        found, trace = step(facts=facts, now=now, on=day)
        yield day, found, found != now, trace
        facts, now = found.moved or facts, found


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

    Of a line that its bundle contains no more it is the first one of the bundle; see
    `renew_holding`.
    """
    root = line.root_id or line.pk
    lines = renew_holding(line=line, on=on)
    return next((each for each in lines if root in (each.pk, each.root_id)), lines[0])


def renew_holding(*, line: SubscriptionLine, on: date) -> list[SubscriptionLine]:
    """Renew a line, with its bundle, at the end of its term, and return what is held from then.

    Where neither amount nor version changes, nothing is written, and they are the same lines;
    doing it twice does it once. Raises NotHeld for a line that is not held that day, NotABoundary
    for a day within its term.
    """
    with recording(line.account_id):
        held = holding(line=line, on=on)
        (facts,) = facts_of(lines=held, since=on)
        old = held[facts.place_of(line)]
        if old.starts_on == on:
            return held
        day = old.boundary_from(on)
        if day != on:
            raise NotABoundary(f"{line} is committed: its term ends on {day}, not on {on}.")
        lines, moved = renewed(facts=facts, on=on)
        touch(subscription_id=line.subscription_id)
        settle(moved=[moved] if moved else [], on=on)
        for old in left(facts, lines):
            close(line=old, on=on)
        return [each if each.pk else write(line=each) for each in lines]


def left(facts: Facts, lines: Iterable[SubscriptionLine]) -> list[SubscriptionLine]:
    """The lines of a holding that are held no more once it is these."""
    kept = {line.pk for line in lines}
    return [line for line in facts.lines if line.pk not in kept]


def renew_all(
    *, subscription: Subscription, on: date, line: SubscriptionLine | None = None
) -> list[SubscriptionLine]:
    """`renew` a line of a subscription, or all that ends its term on the day.

    Raises NotABoundary when no term of it does, and what `renew` raises.
    """
    if line:
        return [renew(line=line, on=on)]
    with recording(subscription.account_id):
        lines = subscription.lines.live(on=on).select_related("subscription").order_by("id")
        due = [each for each in lines if each.boundary_from(on) == on]
        if not due:
            raise NotABoundary(f"Nothing that {subscription} holds ends its term on {on}.")
        return _renew_each(due, on)


def _renew_each(due: Iterable[SubscriptionLine], on: date) -> list[SubscriptionLine]:
    """Renew what is due; lines of one bundle are renewed together, once."""
    found, bundles = [], set()
    for line in due:
        bundle = (line.bundle_plan_id, line.instance) if line.bundle_plan_id else None
        if bundle is None or bundle not in bundles:
            found += renew_holding(line=line, on=on)
            bundles.add(bundle)
    return found


def renewed(*, facts: Facts, on: date) -> tuple[list[SubscriptionLine], Facts | None]:
    """The lines of a holding from a boundary on: the same where nothing moves, or successors.

    Successors are not written yet. Where it moves to what takes its place, with its facts there,
    which `accounts.succession.settle` is told before its lines are written.
    """
    now = facts.terms()
    terms, trace = step(facts=facts, now=now, on=on)
    if terms.moved:
        return list(terms.moved.lines), terms.moved
    lines = [
        _successor(facts.lines[n], terms, n, on, trace) if moves(now, terms, n) else facts.lines[n]
        for n in range(len(facts.lines))
    ]
    return lines, None


def _successor(
    line: SubscriptionLine, terms: Terms, place: int, on: date, trace: list[dict]
) -> SubscriptionLine:
    grant = terms.grants[place]
    return successor(
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


def moves(now: Terms, terms: Terms, place: int) -> bool:
    """Whether a line of a holding gets other terms: with its price, every line of a bundle."""
    return terms.cost != now.cost or terms.grants[place] != now.grants[place]
