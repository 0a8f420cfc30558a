"""What plans grant and contain."""

from datetime import date

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from pricing.models import (
    BundleItem,
    Entitlement,
    Feature,
    MigrationPath,
    PathKind,
    Plan,
    PlanKind,
    PlanVersion,
    Treatment,
    ValueType,
    VersionState,
)
from tests.factories.catalog import (
    SINCE,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
)


class BundleFactory(DjangoModelFactory):
    """Of the portfolio, on sale since 2020, without a version."""

    class Meta:
        model = Plan

    kind = PlanKind.BUNDLE
    portfolio = SubFactory(PortfolioFactory)
    code = Sequence("bundle-{}".format)
    name = SelfAttribute("code")
    available_from = SINCE


class FeatureFactory(DjangoModelFactory):
    """A quantity."""

    class Meta:
        model = Feature

    product = SubFactory(ProductFactory)
    code = Sequence("feature-{}".format)
    name = SelfAttribute("code")
    value_type = ValueType.QUANTITY
    rank = Sequence(lambda n: n + 1)


class EntitlementFactory(DjangoModelFactory):
    """Ten of something, in a draft."""

    class Meta:
        model = Entitlement

    plan_version = SubFactory(PlanVersionFactory)
    feature = SubFactory(FeatureFactory)
    quantity = 10


class BundleItemFactory(DjangoModelFactory):
    class Meta:
        model = BundleItem

    plan_version = SubFactory(PlanVersionFactory, plan=SubFactory(BundleFactory))
    plan = SubFactory(PlanFactory)


class MigrationPathFactory(DjangoModelFactory):
    """An upgrade to another product's tier."""

    class Meta:
        model = MigrationPath

    from_plan = SubFactory(PlanFactory)
    to_plan = SubFactory(PlanFactory)
    kind = PathKind.UPGRADE


def published(plan: Plan, *, starts_on: date = SINCE, number: int = 1, **grants) -> PlanVersion:
    """A published version of the plan that grants `code=value` of features there are.

    None is unlimited, True and False are flags, words are levels, all else is a quantity.
    """
    version = PlanVersionFactory(plan=plan, starts_on=starts_on, number=number)
    for code, value in grants.items():
        feature = Feature.objects.get(code=code)
        EntitlementFactory(plan_version=version, feature=feature, **_granted(value))
    version.state, version.existing_treatment = VersionState.PUBLISHED, Treatment.KEEP
    version.save()
    return version


def _granted(value: object) -> dict:
    nothing = {"quantity": None}
    if value is None:
        return {**nothing, "unlimited": True}
    if isinstance(value, bool):
        return {**nothing, "flag": value}
    return {**nothing, "level": value} if isinstance(value, str) else {"quantity": value}
