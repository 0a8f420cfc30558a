"""What is known of how well an account does with what it has."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max

from accounts.health import health_of
from accounts.models import (
    Account,
    Opportunity,
    Stage,
    SubscriptionLine,
    UsageDay,
    UsageKind,
    ValueOutcome,
)
from portfolio.models import Threshold
from pricing.models import Entitlement, PlanVersion

COOLDOWN, ADOPTION_DAYS, EXPOSURE_GAP = (
    "opportunity-cooldown-days",
    "opportunity-adoption-days",
    "exposure-gap-days",
)
USED_DAYS = 30
DAYS = {COOLDOWN: Decimal(90), ADOPTION_DAYS: Decimal(90), EXPOSURE_GAP: Decimal(90)}


def days_of(code: str, *, on: date, thresholds: Mapping[str, Decimal] | None = None) -> timedelta:
    """How long a threshold says, on the day; its default where there is no row.

    `thresholds` are those of the day, where somebody has read them already.
    """
    known = Threshold.objects.values_on(on) if thresholds is None else thresholds
    return timedelta(days=int(known.get(code, DAYS[code])))


def with_value(*, account: Account, on: date) -> set[int]:
    """The products of which the account has reached something by the day, by id."""
    reached = ValueOutcome.objects.filter(account=account, achieved_on__lte=on)
    return set(reached.values_list("product", flat=True))


def health_band(*, account: Account, on: date) -> str | None:
    """How well the account is on the day, None while nobody says so."""
    score = health_of(account=account, on=on)
    return score.band if score else None


def adoption(*, account: Account, products: Collection[int], on: date) -> dict[int, Decimal]:
    """Of what the account's plans grant of each product, the share used in the last 30 days.

    By id of the product, from 0 to 1; without those of which nobody has ever measured a use.
    """
    since = on - timedelta(days=USED_DAYS)
    uses = UsageDay.objects.filter(
        account=account, kind=UsageKind.USE, day__lte=on, value__gt=0, feature__product__in=products
    )
    used: dict[int, set[int]] = {}
    for product, feature, last in (
        uses.order_by().values_list("feature__product", "feature").annotate(last=Max("day"))
    ):
        used.setdefault(product, set()).update({feature} if last > since else ())
    granted = _granted(account, list(used), on)
    return {
        product: Decimal(len(features & granted[product])) / len(granted[product])
        for product, features in used.items()
        if granted.get(product)
    }


def _granted(account: Account, products: Collection[int], on: date) -> dict[int, set[int]]:
    """The features that the plans of an account grant on the day, by product."""
    plans = SubscriptionLine.objects.live(on=on).filter(account=account).values("plan")
    rows = Entitlement.objects.filter(
        plan_version__in=PlanVersion.objects.published(on=on).filter(plan__in=plans),
        feature__product__in=products,
    ).exclude(flag=False)
    found: dict[int, set[int]] = {}
    for product, feature in rows.values_list("feature__product", "feature"):
        found.setdefault(product, set()).add(feature)
    return found


def cooling_until(*, account: Account, motion: str, on: date) -> date | None:
    """The first day on which a motion may be tried again after a loss, None if it may now."""
    lost = Opportunity.objects.filter(
        account=account, motion=motion, stage=Stage.LOST, decided_on__lte=on
    ).order_by("-decided_on")
    last = lost.values_list("decided_on", flat=True).first()
    until = last and last + days_of(COOLDOWN, on=on)
    return until if until and until > on else None
