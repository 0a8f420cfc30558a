"""What credits of customers tell other systems."""

from decimal import Decimal

from accounts.models import CreditDraw, CreditGrant
from config.outbox import emit
from config.outbox.kinds import kind


@kind(
    "credits.granted",
    about="accounts.creditgrant",
    path="credit-grants",
    key="7",
    example={
        "account": "acme",
        "unit": "credits",
        "credits": "10000",
        "source": "plan",
        "starts_on": "2026-01-01",
        "ends_on": "2026-02-01",
    },
)
def credits_granted(grant: CreditGrant) -> None:
    """An account may use more credits, on the days from `starts_on` until `ends_on`."""
    payload = {
        "account": grant.account.code,
        "unit": grant.unit.code,
        "credits": f"{grant.credits.normalize():f}",
        "source": grant.source,
        "starts_on": grant.starts_on,
        "ends_on": grant.ends_on,
    }
    emit("credits.granted", f"/credit-grants/{grant.pk}/", payload)


@kind(
    "credits.used_up",
    about="accounts.creditdraw",
    path="credit-draws",
    key="7",
    example={"account": "acme", "unit": "credits", "drawn_on": "2026-01-31", "beyond": "0"},
)
def credits_used_up(draw: CreditDraw, *, beyond: Decimal) -> None:
    """The last credit of a unit was used; `beyond` is what the draw went beyond all credits."""
    payload = {
        "account": draw.account.code,
        "unit": draw.unit.code,
        "drawn_on": draw.drawn_on,
        "beyond": f"{beyond.normalize():f}",
    }
    emit("credits.used_up", f"/credit-draws/{draw.pk}/", payload)
