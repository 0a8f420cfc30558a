"""What plans grant on a day, feature by feature, and which of two grants is the better."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pricing.bundles import Composition, compositions
from pricing.models import COMPOSITE, Entitlement, Feature, Plan, PlanKind, PlanVersion, ValueType
from pricing.quantities import spelled

UNLIMITED = Decimal("Infinity")  # for comparing only; never stored, never told
ADDING_UP = (PlanKind.ADD_ON, PlanKind.CAPACITY)


@dataclass(frozen=True)
class Grant:
    """What is granted of a feature: yes or no, a quantity or none where unlimited, a level."""

    feature: Feature
    flag: bool | None = None
    quantity: Decimal | None = None
    unlimited: bool = False
    level: str | None = None

    @property
    def text(self) -> str:
        if self.unlimited:
            return "unlimited"
        if self.quantity is not None:
            return spelled(self.quantity, self.feature.unit)
        return self.level or ("yes" if self.flag else "no")


Grants = dict[int, Grant]  # by feature


@dataclass(frozen=True)
class Granted:
    """What a plan grants on a day; `version` is None while none is published."""

    plan: Plan
    version: PlanVersion | None
    grants: Grants
    contents: Composition | None = None

    @property
    def products(self) -> set[int]:
        """Ids of the products that one gets with it."""
        if self.contents is None:
            return {self.plan.product_id} - {None}
        return {member.plan.product_id for member in self.contents.granted} - {None}


def measure(grant: Grant | None) -> Decimal:
    """How much is granted, to compare grants of one feature by: none is the least.

    A flag counts 0 or 1, a level its place among the feature's from 1, unlimited is infinite.
    """
    if grant is None:
        return Decimal(0)
    if grant.unlimited:
        return UNLIMITED
    if grant.level is not None:
        return Decimal(grant.feature.levels.index(grant.level) + 1)
    return grant.quantity if grant.quantity is not None else Decimal(int(bool(grant.flag)))


def granted(*, plans: Iterable[Plan], on: date) -> list[Granted]:
    """What each plan grants on the day by its published version: two queries for all of them.

    A bundle or platform grants what its components do, which is four queries more for all:
    quantities of add-ons and capacity packs add up, of everything else the most counts.
    """
    plans = list(plans)
    contents = compositions(plans=plans, on=on) if any(p.kind in COMPOSITE for p in plans) else {}
    parts = [m.plan for found in contents.values() for m in found.granted]
    versions, grants = _own([*plans, *parts], on)
    return [
        Granted(
            plan,
            versions.get(plan.pk),
            _together(plan, contents.get(plan.pk), grants),
            contents.get(plan.pk),
        )
        for plan in plans
    ]


def _own(plans: Sequence[Plan], on: date) -> tuple[dict[int, PlanVersion], dict[int, Grants]]:
    """By plan, its published version and what that grants by itself."""
    in_force = PlanVersion.objects.published(on=on).filter(plan__in={plan.pk for plan in plans})
    versions = {version.plan_id: version for version in in_force}
    rows = Entitlement.objects.filter(plan_version__in=[v.pk for v in versions.values()])
    by_version: dict[int, Grants] = {}
    for row in rows.select_related("feature__product"):
        grant = Grant(row.feature, row.flag, row.quantity, row.unlimited, row.level)
        by_version.setdefault(row.plan_version_id, {})[row.feature_id] = grant
    return versions, {plan: by_version.get(v.pk, {}) for plan, v in versions.items()}


def _together(plan: Plan, contents: Composition | None, grants: dict[int, Grants]) -> Grants:
    total = dict(grants.get(plan.pk, {}))
    members = contents.granted if contents else []
    for member in sorted(members, key=lambda each: each.plan.kind in ADDING_UP):
        adds = member.plan.kind in ADDING_UP
        for feature, grant in grants.get(member.plan.pk, {}).items():
            more = _times(grant, member.quantity) if adds else grant
            total[feature] = _both(total.get(feature), more, adds=adds)
    return total


def _times(grant: Grant, quantity: Decimal) -> Grant:
    return replace(grant, quantity=grant.quantity * quantity) if grant.quantity else grant


def _both(one: Grant | None, other: Grant, *, adds: bool) -> Grant:
    counted = other.feature.value_type == ValueType.QUANTITY
    if one and adds and counted and not (one.unlimited or other.unlimited):
        return replace(one, quantity=one.quantity + other.quantity)
    return max((one, other), key=measure) if one else other
