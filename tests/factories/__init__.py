"""Rows for tests: counted, never random; a factory makes its row and the rows it refers to."""

from tests.factories.catalog import (
    ChargeFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    ThresholdFactory,
)
from tests.factories.customers import (
    AccountFactory,
    LineFactory,
    MemberFactory,
    SubscriptionFactory,
    TeamFactory,
    owned_by,
)
from tests.factories.people import UserFactory, program

__all__ = [
    "AccountFactory",
    "ChargeFactory",
    "LineFactory",
    "MemberFactory",
    "PlanFactory",
    "PlanVersionFactory",
    "PortfolioFactory",
    "ProductFactory",
    "RegionFactory",
    "SegmentFactory",
    "SubscriptionFactory",
    "TeamFactory",
    "ThresholdFactory",
    "UserFactory",
    "owned_by",
    "program",
]
