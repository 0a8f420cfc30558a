from portfolio.models.benchmark import Benchmark, BenchmarkUnit
from portfolio.models.market import Region, RegionCountry, Segment
from portfolio.models.motion import Motion
from portfolio.models.portfolio import OwnerModel, Portfolio, PortfolioModel
from portfolio.models.positioning import Asset, AssetKind, Channel, Posture, Targeting
from portfolio.models.product import (
    Origin,
    Product,
    ProductRole,
    ProductStatus,
    ReviewState,
    status_of,
)
from portfolio.models.sunset import SegmentEnablement, SunsetPlan
from portfolio.models.threshold import Threshold

__all__ = [
    "Asset",
    "AssetKind",
    "Benchmark",
    "BenchmarkUnit",
    "Channel",
    "Motion",
    "Origin",
    "OwnerModel",
    "Portfolio",
    "PortfolioModel",
    "Posture",
    "Product",
    "ProductRole",
    "ProductStatus",
    "Region",
    "RegionCountry",
    "ReviewState",
    "Segment",
    "SegmentEnablement",
    "SunsetPlan",
    "Targeting",
    "Threshold",
    "status_of",
]
