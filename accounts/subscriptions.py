"""What an account begins to hold, and stops holding."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from types import MappingProxyType

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from accounts.events import subscription_cancelled, subscription_started
from accounts.holdings import close, close_all, holding, touch, write
from accounts.kept_promises import come_back_to, take_up
from accounts.ledger import recording
from accounts.models import Subscription, SubscriptionLine
from accounts.redeeming import write_redeemed
from accounts.selling import sold
from config.errors import DomainError
from pricing.models import Incentive

NONE: Mapping[int, Sequence[Incentive]] = MappingProxyType({})


class AlreadyEnded(DomainError):
    code = "already_ended"


def start(
    *,
    subscription: Subscription,
    lines: Sequence[SubscriptionLine],
    incentives: Mapping[int, Sequence[Incentive]] = NONE,
) -> Subscription:
    """Begin a subscription, with what it holds.

    The lines need their charge and days, and their amounts unless they follow from the price;
    `incentives` are those of a line, by its number; see `add`. Raises ValidationError for what a
    row refuses, named like `lines.0.ends_on`.
    """
    with recording(subscription.account_id):
        subscription.full_clean()
        subscription.save()
        subscription_started(subscription, len(lines))
        for number, line in enumerate(lines):
            with _in_words_of(f"lines.{number}"):
                add(subscription=subscription, line=line, incentives=incentives.get(number, ()))
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


def add(
    *,
    subscription: Subscription,
    line: SubscriptionLine,
    incentives: Sequence[Incentive] = (),
) -> list[SubscriptionLine]:
    """Let a subscription hold one thing more; a bundle is a line for each plan that is in it.

    What it costs is the price in force for the account on its first day, unless the line has an
    amount already, less the incentives that are named; what these take off ends by itself.
    Raises ValidationError for what a row refuses, NotOnSale for a plan that nobody can buy on that
    day, AlreadyEnded for a subscription that does not run then, and what `accounts.selling.sold`
    and `accounts.redeeming.write_redeemed` raise.
    """
    with recording(subscription.account_id):
        line.subscription = subscription
        _check_days(subscription, line)
        touch(subscription_id=subscription.pk)
        lines = sold(line=line)
        last = come_back_to(lines=lines)
        if last:
            take_up(lines=lines, last=last)
        if incentives:
            facts = {"wanted": line, "lines": lines, "is_locked": bool(last)}
            return write_redeemed(**facts, incentives=incentives)
        return [write(line=each) for each in lines]


def add_line(*, subscription: Subscription, line: SubscriptionLine) -> SubscriptionLine:
    """`add`, of a plan of a single product."""
    (found,) = add(subscription=subscription, line=line)
    return found


def _check_days(subscription: Subscription, line: SubscriptionLine) -> None:
    day = line.starts_on
    if day < subscription.starts_on or (subscription.ends_on and subscription.ends_on <= day):
        raise AlreadyEnded(f"{subscription} does not run on {day}.")
    if subscription.ends_on and (line.ends_on is None or line.ends_on > subscription.ends_on):
        raise AlreadyEnded(f"{subscription} ends on {subscription.ends_on}: so must its lines.")


def end_line(*, line: SubscriptionLine, on: date) -> SubscriptionLine:
    """Stop holding a line: `on` is the first day without it.

    A line that would end on or before its first day is voided: it never was. What was to follow
    it never was either, and a part of a bundle ends with the whole bundle. Raises AlreadyEnded
    when it ends earlier already.
    """
    with recording(line.account_id):
        line.refresh_from_db()
        if line.voided_at or (line.ends_on and line.ends_on <= on):
            raise AlreadyEnded(f"{line} ends on {line.ends_on or line.starts_on} already.")
        touch(subscription_id=line.subscription_id)
        close_all(lines=_parts(line), on=on)
    return line


def _parts(line: SubscriptionLine) -> list[SubscriptionLine]:
    """The line, with the lines of its bundle that are held on its first day or follow those."""
    if line.bundle_plan_id is None:
        return [line]
    others = holding(line=line, on=line.starts_on)
    return [line, *(other for other in others if other.pk != line.pk)]


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
        lines = lines.filter(ends_on=None) | lines.filter(ends_on__gt=on)
        for line in lines.order_by("-starts_on", "-id"):
            close(line=line, on=on)
    return subscription
