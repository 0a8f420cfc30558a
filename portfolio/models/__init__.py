from portfolio.models.benchmark import (
    Benchmark,
    BenchmarkUnit,
)
from portfolio.models.market import (
    Region,
    RegionCountry,
    Segment,
)
from portfolio.models.motion import (
    Motion,
)
from portfolio.models.portfolio import (
    OwnerModel,
    Portfolio,
    PortfolioModel,
)
from portfolio.models.positioning import (
    Asset,
    AssetKind,
    Channel,
    Posture,
    Targeting,
)
from portfolio.models.product import (
    Origin,
    Product,
    ProductRole,
    ProductStatus,
    ReviewState,
    SellableQuerySet,
    status_of,
)
from portfolio.models.purpose import (
    CustomerNeed,
    Persona,
)
from portfolio.models.relation import (
    CoherenceOverride,
    Depth,
    Integration,
    IntegrationStatus,
    Question,
    WorkflowEdge,
)
from portfolio.models.sequence import (
    Sequence,
    SequenceKind,
)
from portfolio.models.sunset import (
    SegmentEnablement,
    SunsetPlan,
)
from portfolio.models.threshold import (
    Threshold,
)

__all__ = [
    "Asset",
    "AssetKind",
    "Benchmark",
    "BenchmarkUnit",
    "Channel",
    "CoherenceOverride",
    "CustomerNeed",
    "Depth",
    "Integration",
    "IntegrationStatus",
    "Motion",
    "Origin",
    "OwnerModel",
    "Persona",
    "Portfolio",
    "PortfolioModel",
    "Posture",
    "Product",
    "ProductRole",
    "ProductStatus",
    "Question",
    "Region",
    "RegionCountry",
    "ReviewState",
    "Segment",
    "SegmentEnablement",
    "SellableQuerySet",
    "Sequence",
    "SequenceKind",
    "SunsetPlan",
    "Targeting",
    "Threshold",
    "WorkflowEdge",
    "status_of",
]
