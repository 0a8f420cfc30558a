"""What an account begins to hold, and stops holding."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models.functions import Now

from accounts.events import (
    line_ended,
    line_started,
    subscription_cancelled,
    subscription_started,
)
from accounts.ledger import recording
from accounts.models import Subscription, SubscriptionLine
from config.errors import DomainError
from config.money import to_minor
from pricing.models import Cadence


class AlreadyEnded(DomainError):
    code = "already_ended"


class NotOnSale(DomainError):
    code = "not_on_sale"


def monthly_revenue(*, line: SubscriptionLine, currency: str) -> int:
    """Recurring revenue of a month in minor units: the amount over the months of its interval.

    What is paid once or by usage does not recur: 0.
    """
    if line.charge.cadence != Cadence.RECURRING:
        return 0
    return to_minor(line.amount / line.interval_months, currency)


def start(*, subscription: Subscription, lines: Sequence[SubscriptionLine]) -> Subscription:
    """Begin a subscription, with what it holds.

    The lines need their charge, days and amounts; plan, product, account and recurring revenue
    follow. Raises ValidationError for what a row refuses, named like `lines.0.ends_on`.
    """
    with recording(subscription.account_id):
        subscription.full_clean()
        subscription.save()
        subscription_started(subscription, len(lines))
        for number, line in enumerate(lines):
            with _in_words_of(f"lines.{number}"):
                add_line(subscription=subscription, line=line)
    return subscription


@contextmanager
def _in_words_of(place: str) -> Iterator[None]:
    """Inside, what a row refuses is named by its place: `lines.0.ends_on`."""
    try:
        yield
    except ValidationError as error:
        faults = error.update_error_dict({})
        raise ValidationError(
            {
                place if name == NON_FIELD_ERRORS else f"{place}.{name}": found
                for name, found in faults.items()
            }
        ) from error


def add_line(*, subscription: Subscription, line: SubscriptionLine) -> SubscriptionLine:
    """Let a subscription hold one thing more.

    Raises ValidationError for what the row refuses, NotOnSale for a plan that nobody can buy on
    the line's first day, AlreadyEnded for a subscription that does not run then.
    """
    with recording(subscription.account_id):
        line.subscription = subscription
        line.account_id = subscription.account_id
        line.plan = line.charge.plan
        line.product_id = line.plan.product_id
        _check_sale(subscription, line)
        line.mrr = monthly_revenue(line=line, currency=subscription.currency)
        line.full_clean()
        line.save()
        line_started(line)
    return line


def _check_sale(subscription: Subscription, line: SubscriptionLine) -> None:
    plan, day = line.plan, line.starts_on
    if plan.status(on=day) != "on_sale" or plan.product.status(on=day) != "on_sale":
        raise NotOnSale(f"{plan.product} {plan} is not on sale on {day}.")
    if day < subscription.starts_on or (subscription.ends_on and subscription.ends_on <= day):
        raise AlreadyEnded(f"{subscription} does not run on {day}.")
    if subscription.ends_on and (line.ends_on is None or line.ends_on > subscription.ends_on):
        raise AlreadyEnded(f"{subscription} ends on {subscription.ends_on}: so must its lines.")


def end_line(*, line: SubscriptionLine, on: date) -> SubscriptionLine:
    """Stop holding a line: `on` is the first day without it.

    A line that would end on or before its first day is voided: it never was. Raises
    AlreadyEnded when it ends earlier already.
    """
    with recording(line.account_id):
        line.refresh_from_db()
        if line.voided_at or (line.ends_on and line.ends_on <= on):
            raise AlreadyEnded(f"{line} ends on {line.ends_on or line.starts_on} already.")
        if on <= line.starts_on:
            line.voided_at = Now()
        else:
            line.ends_on = on
        line.save(update_fields=["ends_on", "voided_at"])
        line.refresh_from_db(fields=["voided_at"])
        line_ended(line)
    return line


def cancel(*, subscription: Subscription, on: date) -> Subscription:
    """End a subscription and everything it still holds: `on` is the first day without it.

    Raises AlreadyEnded when it ends earlier already.
    """
    with recording(subscription.account_id):
        subscription.refresh_from_db()
        if subscription.ends_on and subscription.ends_on <= on:
            raise AlreadyEnded(f"{subscription} ends on {subscription.ends_on} already.")
        subscription.ends_on = max(on, subscription.starts_on)
        subscription.save(update_fields=["ends_on"])
        subscription_cancelled(subscription)
        lines = subscription.lines.standing().select_related("subscription", "plan")
        for line in lines.filter(ends_on=None) | lines.filter(ends_on__gt=on):
            end_line(line=line, on=on)
    return subscription
