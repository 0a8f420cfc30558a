from portfolio.models.market import Region, Segment
from portfolio.models.portfolio import OwnerModel, Portfolio, PortfolioModel
from portfolio.models.product import (
    Origin,
    Product,
    ProductRole,
    ProductStatus,
    ReviewState,
    SellableQuerySet,
    status_of,
)
from portfolio.models.threshold import Threshold

__all__ = [
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
    "SellableQuerySet",
    "Threshold",
    "status_of",
]
