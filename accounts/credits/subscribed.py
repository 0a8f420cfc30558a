"""The credits that subscriptions grant: one grant for each interval of a line of a credit pack."""

from collections.abc import Iterator
from datetime import date, datetime

from accounts.credits.granting import grant, withdraw
from accounts.models import Account, CreditGrant, GrantSource, SubscriptionLine
from config.periods import add_months, boundary_from, term_number
from pricing.models import CreditTerms, CreditUnit

CHUNK = 500
NEVER_WAS = "The subscription line that granted it was voided."


def grant_due(*, account: Account, unit: CreditUnit, on: date) -> int:
    """Grant what lines of the account owe it of the unit for the day, and have not granted yet.

    The caller holds the account's credits. Done again, it changes nothing; how many it granted.
    """
    wanted = list(coming(account=account, unit=unit, since=on, until=on))
    return _grant_missing(wanted, on)


def grant_all_due(*, on: date) -> int:
    """Grant every account what was due until the day, in pieces; how many grants were added."""
    ids = list(_lines(on).order_by("account", "id").values_list("pk", flat=True))
    pieces = (_lines(on).filter(pk__in=ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK))
    return sum(
        _grant_missing([each for line in lines for each in owed_by(line=line, on=on)], on)
        for lines in pieces
    )


def take_back_of_voided(*, at: datetime, on: date) -> int:
    """Take back what is left of grants whose line never was; how many those were."""
    voided = CreditGrant.objects.filter(line__voided_at__isnull=False, balance__left__gt=0)
    voided = list(voided.select_related("account", "unit"))
    for each in voided:
        withdraw(grant=each, reason=NEVER_WAS, at=at, on=on)
    return len(voided)


def _lines(on: date):
    """Lines at a price that grants credits, that have begun."""
    lines = SubscriptionLine.objects.standing().filter(
        plan__credit_terms__isnull=False, price__credits__isnull=False, starts_on__lte=on
    )
    return lines.select_related("account", "plan__credit_terms__unit", "price", "root")


def _grant_missing(wanted: list[CreditGrant], on: date) -> int:
    if not wanted:
        return 0
    known = CreditGrant.objects.filter(
        account__in={each.account_id for each in wanted}, key__in=[each.key for each in wanted]
    )
    known = set(known.values_list("account", "key"))
    missing = [each for each in wanted if (each.account_id, each.key) not in known]
    for each in missing:
        grant(wanted=each, on=on)
    return len(missing)


def owed_by(
    *, line: SubscriptionLine, on: date, since: date | None = None
) -> Iterator[CreditGrant]:
    """The grants, not written yet, of every interval of the line that begins by the day.

    Intervals count from the first day of the line's lineage, so that a change of price or terms
    in between moves nothing. What is bought once is granted once. With `since` only those that
    can be used on that day or after it.
    """
    terms = line.plan.credit_terms
    if not line.recurs:
        end = _months_after(line.starts_on, terms.valid_months) if terms.valid_months else None
        if since is None or end is None or end > since:
            yield _granted(line, terms, line.starts_on, end)
        return
    anchor = line.root.starts_on if line.root else line.starts_on
    months, valid = line.interval_months, terms.valid_months or line.interval_months
    first = max(line.starts_on, _months_after(since, -valid)) if since else line.starts_on
    start = boundary_from(anchor=anchor, months=months, day=first)
    while start <= on and (line.ends_on is None or start < line.ends_on):
        number = term_number(anchor=anchor, months=months, on=start)
        end = _months_after(start, valid) if terms.valid_months else None
        following = _months_after(anchor, months * (number + 1))
        if since is None or (end or following) > since:
            yield _granted(line, terms, start, end or following)
        start = following


def _months_after(day: date, months: int) -> date:
    """`add_months`, as far as calendars go."""
    try:
        return add_months(day, months)
    except ValueError:
        return date.max if months > 0 else date.min


def _granted(
    line: SubscriptionLine, terms: CreditTerms, starts_on: date, ends_on: date | None
) -> CreditGrant:
    return CreditGrant(
        account=line.account,
        unit=terms.unit,
        credits=line.price.credits,
        starts_on=starts_on,
        ends_on=ends_on,
        source=GrantSource.PLAN if line.recurs else GrantSource.PURCHASE,
        priority=terms.priority,
        cost=line.amount,
        plan=line.plan,
        line=line,
        key=f"line-{line.root_id or line.pk}-{starts_on}",
    )


def coming(
    *, account: Account, unit: CreditUnit, since: date, until: date
) -> Iterator[CreditGrant]:
    """Every grant, not written, that the account's lines lead to by a day, of use since another."""
    for line in _lines(until).filter(account=account, plan__credit_terms__unit=unit):
        yield from owed_by(line=line, on=until, since=since)
