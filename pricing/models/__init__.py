from pricing.models.bundle import (
    BundleItem,
    is_reviewed,
)
from pricing.models.credit import (
    BurnRate,
    CreditTerms,
    CreditUnit,
    OnEmpty,
)
from pricing.models.enablement import (
    PlanEnablement,
)
from pricing.models.entitlement import (
    Entitlement,
)
from pricing.models.exchange import (
    ExchangeRate,
    RateTable,
)
from pricing.models.feature import (
    Feature,
    OnExceed,
    ValueType,
)
from pricing.models.grandfathering import (
    EntitlementMode,
    GrandfatheringPolicy,
    OnExpiry,
    OnQuantityChange,
    OnSunset,
    OnUpgrade,
    PolicyState,
    Until,
)
from pricing.models.incentive import (
    Incentive,
    IncentiveKind,
    Stacking,
)
from pricing.models.kinds import (
    BY_KIND,
    AddOn,
    Bundle,
    Capacity,
    CreditPack,
    Platform,
    Tier,
)
from pricing.models.migration_path import (
    MigrationPath,
    PathKind,
    Timing,
    kind_by_rank,
)
from pricing.models.plan import (
    COMPOSITE,
    OF_A_PRODUCT,
    Cadence,
    Charge,
    Interval,
    Plan,
    PlanKind,
    PlanVersion,
    Treatment,
    VersionState,
)
from pricing.models.price import (
    KEY,
    LIVE,
    NUMBERS,
    Price,
    PriceInterval,
)
from pricing.models.price_book import (
    PriceBook,
)
from pricing.models.price_release import (
    OPEN,
    PriceRelease,
    ReleaseState,
    ReleaseTreatment,
)
from pricing.models.price_sheet import (
    PriceSheet,
)
from pricing.models.price_tier import (
    PriceTier,
)

__all__ = [
    "BY_KIND",
    "COMPOSITE",
    "KEY",
    "LIVE",
    "NUMBERS",
    "OF_A_PRODUCT",
    "OPEN",
    "AddOn",
    "Bundle",
    "BundleItem",
    "BurnRate",
    "Cadence",
    "Capacity",
    "Charge",
    "CreditPack",
    "CreditTerms",
    "CreditUnit",
    "Entitlement",
    "EntitlementMode",
    "ExchangeRate",
    "Feature",
    "GrandfatheringPolicy",
    "Incentive",
    "IncentiveKind",
    "Interval",
    "MigrationPath",
    "OnEmpty",
    "OnExceed",
    "OnExpiry",
    "OnQuantityChange",
    "OnSunset",
    "OnUpgrade",
    "PathKind",
    "Plan",
    "PlanEnablement",
    "PlanKind",
    "PlanVersion",
    "Platform",
    "PolicyState",
    "Price",
    "PriceBook",
    "PriceInterval",
    "PriceRelease",
    "PriceSheet",
    "PriceTier",
    "RateTable",
    "ReleaseState",
    "ReleaseTreatment",
    "Stacking",
    "Tier",
    "Timing",
    "Treatment",
    "Until",
    "ValueType",
    "VersionState",
    "is_reviewed",
    "kind_by_rank",
]
