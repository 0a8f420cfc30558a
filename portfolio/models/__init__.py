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
from portfolio.models.purpose import CustomerNeed, Persona
from portfolio.models.relation import (
    CoherenceOverride,
    Depth,
    Integration,
    IntegrationStatus,
    Question,
    WorkflowEdge,
)
from portfolio.models.sequence import Sequence, SequenceKind
from portfolio.models.threshold import Threshold

__all__ = [
    "CoherenceOverride",
    "CustomerNeed",
    "Depth",
    "Integration",
    "IntegrationStatus",
    "Origin",
    "OwnerModel",
    "Persona",
    "Portfolio",
    "PortfolioModel",
    "Product",
    "ProductRole",
    "ProductStatus",
    "Question",
    "Region",
    "ReviewState",
    "Segment",
    "SellableQuerySet",
    "Sequence",
    "SequenceKind",
    "Threshold",
    "WorkflowEdge",
    "status_of",
]
