from pricing.models.enablement import PlanEnablement
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

__all__ = [
    "Cadence",
    "Charge",
    "Interval",
    "Plan",
    "PlanEnablement",
    "PlanKind",
    "PlanVersion",
    "Treatment",
    "VersionState",
]
