from pricing.models.plan import (
    Cadence,
    Charge,
    Interval,
    Plan,
    PlanKind,
    PlanVersion,
    Treatment,
    VersionState,
)
from pricing.models.price import KEY, LIVE, NUMBERS, Price, PriceInterval
from pricing.models.price_book import PriceBook
from pricing.models.price_release import (
    OPEN,
    PriceRelease,
    ReleaseState,
    ReleaseTreatment,
)
from pricing.models.price_tier import PriceTier

__all__ = [
    "KEY",
    "LIVE",
    "NUMBERS",
    "OPEN",
    "Cadence",
    "Charge",
    "Interval",
    "Plan",
    "PlanKind",
    "PlanVersion",
    "Price",
    "PriceBook",
    "PriceInterval",
    "PriceRelease",
    "PriceTier",
    "ReleaseState",
    "ReleaseTreatment",
    "Treatment",
    "VersionState",
]
