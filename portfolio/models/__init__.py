from portfolio.models.market import Region, Segment
from portfolio.models.motion import Motion
from portfolio.models.portfolio import OwnerModel, Portfolio, PortfolioModel
from portfolio.models.product import (
    Origin,
    Product,
    ProductRole,
    ProductStatus,
    ReviewState,
    status_of,
)
from portfolio.models.threshold import Threshold

__all__ = [
    "Motion",
    "Origin",
    "OwnerModel",
    "Portfolio",
    "PortfolioModel",
    "Product",
    "ProductRole",
    "ProductStatus",
    "Region",
    "ReviewState",
    "Segment",
    "Threshold",
    "status_of",
]
