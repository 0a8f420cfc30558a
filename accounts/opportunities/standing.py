"""What an account holds on a day, as every decision about offers needs to know it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import Account, AccountProfile, SubscriptionLine
from portfolio.models import Product, Region, Segment
from pricing.models import Plan, PlanKind
from pricing.resolution import Buyer


@dataclass(frozen=True)
class Standing:
    """The lines that an account holds on a day, and its market then."""

    account: Account
    on: date
    lines: list[SubscriptionLine] = field(default_factory=list)
    segment: Segment | None = None
    region: Region | None = None

    @property
    def products(self) -> dict[int, Product]:
        """What is owned, by id; credits are of no product."""
        return {line.product_id: line.product for line in self.lines if line.product}

    @property
    def buyer(self) -> Buyer:
        """The account as prices know it."""
        market = self.segment and self.segment.code, self.region and self.region.code
        held = frozenset(product.code for product in self.products.values())
        return Buyer(self.account.code, *market, held)

    def tiers(self, product: int) -> list[Plan]:
        """The tiers held of a product, the highest first."""
        held = {line.plan for line in self.lines if line.product_id == product}
        tiers = [plan for plan in held if plan.kind == PlanKind.TIER]
        return sorted(tiers, key=lambda plan: plan.rank, reverse=True)

    def mrr_of(self, plan: Plan | None) -> int:
        """What is paid a month for a plan, in minor units."""
        return sum(line.mrr for line in self.lines if plan and line.plan_id == plan.pk)

    def quantity_of(self, plan: Plan | None) -> Decimal | None:
        """How many are held of what a plan counts, such as seats; None where nobody counts."""
        held = [line for line in self.lines if plan and line.plan_id == plan.pk]
        counted = [line.quantity for line in held if line.charge and line.charge.feature_id]
        return sum(filter(None, counted)) or None


def standing(*, account: Account, on: date) -> Standing:
    """What the account holds on the day, and where it belongs; two queries."""
    lines = SubscriptionLine.objects.live(on=on).filter(account=account)
    profile = (
        AccountProfile.objects.in_force(on=on)
        .filter(account=account)
        .select_related("segment", "region")
        .first()
    )
    return Standing(
        account,
        on,
        list(lines.select_related("product", "plan", "charge")),
        profile and profile.segment,
        profile and profile.region,
    )
