"""Rows for tests: counted, never random; a factory makes its row and the rows it refers to."""

from tests.factories.catalog import (
    ChargeFactory,
    IntegrationFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    StepFactory,
    ThresholdFactory,
    WorkflowEdgeFactory,
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
    "IntegrationFactory",
    "LineFactory",
    "MemberFactory",
    "NeedFactory",
    "OverrideFactory",
    "PersonaFactory",
    "PlanFactory",
    "PlanVersionFactory",
    "PortfolioFactory",
    "ProductFactory",
    "RegionFactory",
    "SegmentFactory",
    "StepFactory",
    "SubscriptionFactory",
    "TeamFactory",
    "ThresholdFactory",
    "UserFactory",
    "WorkflowEdgeFactory",
    "owned_by",
    "program",
]
