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
from tests.factories.customers import AccountFactory, LineFactory, SubscriptionFactory
from tests.factories.people import UserFactory, program

__all__ = [
    "AccountFactory",
    "ChargeFactory",
    "LineFactory",
    "PlanFactory",
    "PlanVersionFactory",
    "PortfolioFactory",
    "ProductFactory",
    "RegionFactory",
    "SegmentFactory",
    "SubscriptionFactory",
    "ThresholdFactory",
    "UserFactory",
    "program",
]
