"""What two plans cost, as a comparison needs to know it; who has price books fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class PlanPrice:
    """What a plan costs for an interval on a day, in one book; "and up" when it is a minimum."""

    amount: Decimal
    currency: str
    is_minimum: bool = False


Prices = Mapping[str, PlanPrice]  # by the code of the plan: one book, interval and day


def price_ratio(old: PlanPrice | None, new: PlanPrice | None) -> Decimal | None:
    """How many times the old price the new one is; None where that cannot be said."""
    if old is None or new is None or old.currency != new.currency or not old.amount:
        return None
    return new.amount / old.amount
