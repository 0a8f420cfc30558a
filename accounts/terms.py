"""How long a subscription is committed for, from the end of the term that runs."""

from copy import copy
from dataclasses import dataclass
from datetime import date

from accounts.events import subscription_term_changed
from accounts.ledger import recording
from accounts.models import Subscription, SubscriptionLine
from config.errors import DomainError
from config.periods import next_boundary

LONGEST_TERM = 120  # months that anybody is asked to commit to at a time
FORESEEN = 3


class SameTerm(DomainError):
    code = "same_term"


class WillNotRenew(DomainError):
    code = "will_not_renew"


@dataclass(frozen=True)
class NewTerm:
    """A subscription with terms of another length, and the next days on which it renews."""

    subscription: Subscription
    months_before: int
    renews_on: list[date]
    renewed_on_before: list[date]


def change_term(*, subscription: Subscription, term_months: int, on: date) -> NewTerm:
    """Commit to terms of another length once those that run on the day are over.

    Nothing is cut short: the first new term begins where the longest of its lines ends its term,
    and what would end one sooner runs on until then. One that begins after the day has the new
    term from its first day on. Raises SameTerm, and WillNotRenew for one that ends before.
    """
    with recording(subscription.account_id):
        subscription.refresh_from_db()
        found = preview_term(subscription=subscription, term_months=term_months, on=on)
        found.subscription.save(update_fields=["anchor_on", "term_months"])
        subscription_term_changed(found.subscription, found.renews_on)
    return found


def preview_term(*, subscription: Subscription, term_months: int, on: date) -> NewTerm:
    """What `change_term` would do: it writes nothing, and raises the same."""
    if subscription.term_months == term_months:
        raise SameTerm(f"{subscription} is committed for {term_months} months already.")
    changed = copy(subscription)
    if on >= subscription.starts_on:
        changed.anchor_on = _term_ends(subscription, on)
    changed.term_months = term_months
    changed.full_clean()
    return NewTerm(
        subscription=changed,
        months_before=subscription.term_months,
        renews_on=next_renewals(subscription=changed, after=on, count=FORESEEN),
        renewed_on_before=next_renewals(subscription=subscription, after=on, count=FORESEEN),
    )


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
