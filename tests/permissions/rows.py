"""One row of every model, that nothing else refers to, so that every door leads somewhere."""

from decimal import Decimal

from django.db.models import Model

from accounts.models import LedgerEntry
from accounts.profiles import classify
from config.access.keys import issue
from config.access.scopes import Scope
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    SubscriptionFactory,
    ThresholdFactory,
    UserFactory,
)
from tests.factories.catalog import SINCE

PRICE = Decimal(100)


def profile() -> Model:
    return classify(account=AccountFactory(), segment=None, region=None, starts_on=SINCE)


def key() -> Model:
    return issue(name="Somebody's", owner=UserFactory(), scopes=[Scope.METRICS_READ])[0]


def entry() -> Model:
    line = LineFactory(amount=PRICE)
    return LedgerEntry.objects.filter(account=line.account).first()


MAKERS = {
    "access.user": UserFactory,
    "access.apikey": key,
    "portfolio.portfolio": lambda: PortfolioFactory(code="spare"),
    "portfolio.product": ProductFactory,
    "portfolio.segment": SegmentFactory,
    "portfolio.region": RegionFactory,
    "portfolio.threshold": ThresholdFactory,
    "pricing.plan": PlanFactory,
    "pricing.planversion": PlanVersionFactory,
    "pricing.charge": ChargeFactory,
    "accounts.account": AccountFactory,
    "accounts.accountprofile": profile,
    "accounts.subscription": SubscriptionFactory,
    "accounts.subscriptionline": lambda: LineFactory(amount=PRICE),
    "accounts.ledgerentry": entry,
}
# Rows that are somebody's own, made for the user: needed as soon as the table says `role:own`.
OWN_MAKERS = {}
# What an address without a row of a model may name.
NAMES = {"/api/v1/metrics/{code}/": "products-per-customer"}


def make_rows() -> dict[str, Model]:
    return {label: make() for label, make in MAKERS.items()}
