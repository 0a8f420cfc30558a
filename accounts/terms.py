"""How long a subscription is committed for, from the end of the term that runs."""

from datetime import date

from accounts.ledger import recording
from accounts.models import Subscription, SubscriptionLine
from config.errors import DomainError
from config.periods import next_boundary


class SameTerm(DomainError):
    code = "same_term"


class WillNotRenew(DomainError):
    code = "will_not_renew"


def change_term(*, subscription: Subscription, term_months: int, on: date) -> Subscription:
    """Commit to terms of another length once those that run on the day are over.

    Nothing is cut short: the first new term begins where the longest of its lines ends its term,
    and what would end one sooner runs on until then. One that begins after the day has the new
    term from its first day on. Raises SameTerm, and WillNotRenew for one that ends before.
    """
    with recording(subscription.account_id):
        subscription.refresh_from_db()
        if subscription.term_months == term_months:
            raise SameTerm(f"{subscription} is committed for {term_months} months already.")
        if on >= subscription.starts_on:
            subscription.anchor_on = _term_ends(subscription, on)
        subscription.term_months = term_months
        subscription.full_clean()
        subscription.save(update_fields=["anchor_on", "term_months"])
    return subscription


def _term_ends(subscription: Subscription, on: date) -> date:
    held = SubscriptionLine.objects.live(on=on).filter(subscription=subscription)
    lines = held.select_related("subscription")
    months = max((line.term_months for line in lines), default=subscription.term_months)
    day = next_boundary(anchor=subscription.anchor, months=months, after=on)
    if subscription.ends_on and subscription.ends_on <= day:
        raise WillNotRenew(f"{subscription} ends on {subscription.ends_on}: no term follows.")
    return day


def next_renewals(*, subscription: Subscription, after: date, count: int) -> list[date]:
    """The next ends of the subscription's terms beyond a day; fewer where it ends before."""
    found: list[date] = []
    while len(found) < count and (day := subscription.renews_on(after=after)):
        found.append(day)
        after = day
    return found
