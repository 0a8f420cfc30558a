"""What is held as one: a line, or all lines of a bundle; and the line that follows another."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.events import line_ended, line_started
from accounts.models import Origin, Subscription, SubscriptionLine
from config.errors import DomainError
from config.money import to_minor
from pricing.models import Cadence

# What a line hands on to the line that follows it.
LASTING = (
    "subscription",
    "account",
    "plan_id",
    "plan_version_id",
    "floor_version_id",
    "charge",
    "product_id",
    "price",
    "bundle_plan_id",
    "bundle_version_id",
    "bundle_quantity",
    "instance",
    "quantity",
    "interval",
    "amount",
    "list_amount",
)


class NotHeld(DomainError):
    code = "not_held"


def monthly_revenue(*, line: SubscriptionLine, currency: str) -> int:
    """Recurring revenue of a month in minor units: the amount over the months of its interval.

    What is paid once or by usage does not recur: 0.
    """
    if not line.recurs or line.charge.cadence != Cadence.RECURRING:
        return 0
    return to_minor(line.amount / line.interval_months, currency)


def holding(*, line: SubscriptionLine, on: date) -> list[SubscriptionLine]:
    """The line of this lineage that is held on the day, with the other lines of its bundle.

    Raises NotHeld when none is.
    """
    lines = SubscriptionLine.objects.live(on=on).filter(subscription=line.subscription_id)
    rows = lines.with_terms()
    root = line.root_id or line.pk
    held = rows.filter(Q(root=root) | Q(pk=root)).order_by("starts_on").last()
    if held is None:
        raise NotHeld(f"{line} is not held on {on}.")
    if held.bundle_plan_id is None:
        return [held]
    return list(
        rows.filter(bundle_plan=held.bundle_plan_id, instance=held.instance).order_by(
            "product", "id"
        )
    )


def touch(*, subscription_id: int) -> None:
    """Let the database count a new version of a subscription whose lines change."""
    Subscription.objects.filter(pk=subscription_id).update(code=F("code"))


def later(*, line: SubscriptionLine) -> list[SubscriptionLine]:
    """The lines that follow this one, each the last one's successor."""
    found, last = [], line
    while (
        last := last.successors.standing().select_related("charge", "plan", "subscription").first()
    ):
        found.append(last)
    return found


def joining(*, lines: Sequence[SubscriptionLine]) -> list[SubscriptionLine]:
    """What joined the bundle of these lines later, by a version of it: of no lineage of these."""
    first = lines[0]
    if first.bundle_plan_id is None:
        return []
    places = {(each.starts_on, each.instance) for line in lines for each in later(line=line)}
    found = SubscriptionLine.objects.standing().filter(
        subscription=first.subscription_id,
        bundle_plan=first.bundle_plan_id,
        previous=None,
        origin=Origin.RENEWAL,
        starts_on__in={day for day, _ in places},
    )
    rows = found.select_related("charge", "plan", "subscription")
    return [each for each in rows if (each.starts_on, each.instance) in places]


def void(*, line: SubscriptionLine) -> None:
    """Say that a line never was."""
    line.voided_at = Now()
    line.save(update_fields=["voided_at"])
    line.refresh_from_db(fields=["voided_at"])
    line_ended(line)


def close(*, line: SubscriptionLine, on: date) -> None:
    """Stop a line on its first day without it, and void what was to follow it.

    A line that would end on or before its first day never was.
    """
    for following in reversed(later(line=line)):
        void(line=following)
    if on <= line.starts_on:
        void(line=line)
    else:
        line.ends_on = on
        line.save(update_fields=["ends_on"])
        line_ended(line)


def close_all(*, lines: Sequence[SubscriptionLine], on: date) -> None:
    """`close` all lines of a holding, with what was to join its bundle."""
    for each in joining(lines=lines):
        close(line=each, on=each.starts_on)
    for line in lines:
        close(line=line, on=on)


def successor(
    *, line: SubscriptionLine, on: date, origin: Origin, trace: list[dict], **facts
) -> SubscriptionLine:
    """The line that follows another from a day on, not written yet; `facts` are its own terms."""
    kept = {name: getattr(line, name) for name in LASTING}
    new = SubscriptionLine(
        **{**kept, "starts_on": on, "ends_on": line.ends_on, **facts}, origin=origin, trace=trace
    )
    follow(new=new, line=line)
    return new


def follow(*, new: SubscriptionLine, line: SubscriptionLine) -> None:
    """Let a line that is not written yet follow another, or take its place on its first day."""
    takes_its_place = new.starts_on <= line.starts_on
    new.previous = line.previous if takes_its_place else line
    new.root_id = line.root_id or (None if takes_its_place else line.pk)


def write(*, line: SubscriptionLine) -> SubscriptionLine:
    """Write a line whose terms are complete, with its recurring revenue, and tell of it.

    Raises ValidationError for what the row refuses.
    """
    line.mrr = monthly_revenue(line=line, currency=line.subscription.currency)
    line.full_clean()
    line.save()
    line_started(line)
    return line
