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
from tests.factories.plans import (
    BundleFactory,
    BundleItemFactory,
    EntitlementFactory,
    FeatureFactory,
    MigrationPathFactory,
    published,
)

__all__ = [
    "AccountFactory",
    "BundleFactory",
    "BundleItemFactory",
    "ChargeFactory",
    "EntitlementFactory",
    "FeatureFactory",
    "LineFactory",
    "MemberFactory",
    "MigrationPathFactory",
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
    "published",
]
