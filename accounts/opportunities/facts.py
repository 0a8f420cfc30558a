"""What is known of how well an account does with what it has."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Account, Opportunity, Stage, ValueOutcome
from portfolio.models import Threshold

COOLDOWN, ADOPTION_DAYS, EXPOSURE_GAP = (
    "opportunity-cooldown-days",
    "opportunity-adoption-days",
    "exposure-gap-days",
)
DAYS = {COOLDOWN: Decimal(90), ADOPTION_DAYS: Decimal(90), EXPOSURE_GAP: Decimal(90)}


def days_of(code: str, *, on: date) -> timedelta:
    """How long a threshold says, on the day; its default where there is no row."""
    return timedelta(days=int(Threshold.objects.values_on(on).get(code, DAYS[code])))


def with_value(*, account: Account, on: date) -> set[int]:
    """The products of which the account has reached something by the day, by id."""
    reached = ValueOutcome.objects.filter(account=account, achieved_on__lte=on)
    return set(reached.values_list("product", flat=True))


def health_band(*, account: Account, on: date) -> str | None:
    """How well the account is, None while nobody has said."""
    return None


def adoption(*, account: Account, products: Collection[int], on: date) -> dict[int, Decimal]:
    """How much the account uses of each product, from 0 to 1; without those nobody measures."""
    return {}


def cooling_until(*, account: Account, motion: str, on: date) -> date | None:
    """The first day on which a motion may be tried again after a loss, None if it may now."""
    lost = Opportunity.objects.filter(
        account=account, motion=motion, stage=Stage.LOST, decided_on__lte=on
    ).order_by("-decided_on")
    last = lost.values_list("decided_on", flat=True).first()
    until = last and last + days_of(COOLDOWN, on=on)
    return until if until and until > on else None
