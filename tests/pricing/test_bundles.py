"""What bundles and platforms contain (S26, S35), and whether layers lead higher (S27)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pricing.bundles import NotComposed, composition
from pricing.layers import dead_ends
from pricing.models import MigrationPath, Plan
from pricing.versioning import publish
from tests.factories import (
    BundleFactory,
    BundleItemFactory,
    MigrationPathFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)


def product(code: str, *ranks: int, **facts):
    made = ProductFactory(code=code, **facts)
    for rank in ranks:
        PlanFactory(code=f"{code}-{rank}", product=made, rank=rank)
    return made


@pytest.fixture
def platform():
    for code in ("crm", "desk", "campaigns"):
        product(code, 1, 2)
    return BundleFactory(code="one", kind="platform")


def members(plan, on=DAY) -> list[str]:
    return [member.plan.code for member in composition(plan=plan, on=on).members]


def test_s35_a_platform_contains_every_product_on_sale_at_its_highest_public_tier(platform):
    assert members(platform) == ["campaigns-2", "crm-2", "desk-2"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"available_from": None, "role": None}, "it is not on sale: draft"),
        ({"available_from": date(2026, 6, 2)}, "it is not on sale: scheduled"),
        ({"end_of_sale_on": DAY}, "it is not on sale: closed for sale"),
        ({"end_of_life_on": DAY}, "it is not on sale: retired"),
        ({"role": "sunset", "end_of_sale_on": date(2027, 1, 1)}, "it is on its way out"),
        ({"origin": "third_party", "review_state": "pending"}, "its review is Pending"),
        ({"origin": "third_party", "review_state": "rejected"}, "its review is Rejected"),
    ],
)
def test_s35_what_may_not_be_sold_is_left_out_with_the_reason(platform, facts, reason):
    product("extra", 1, **facts)

    found = composition(plan=platform, on=DAY)

    assert len(found.members) == 3
    (step,) = [each for each in found.trace if not each["matched"]]
    assert (step["subject"], step["reason"]) == ("extra", reason)


def test_s35_a_product_joins_on_its_first_day_and_leaves_on_its_last(platform):
    product("meet", 1, available_from=date(2026, 7, 1), end_of_sale_on=date(2026, 8, 1))

    on = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1)]

    assert ["meet-1" in members(platform, day) for day in on] == [False, True, True, False]


def test_s26_an_approved_product_of_others_is_in_the_platform(platform):
    product("signet", 1, origin="third_party", vendor="Quill", review_state="approved")

    assert "signet-1" in members(platform)


def test_s35_products_of_other_portfolios_and_private_tiers_are_not_in_it(platform):
    product("alien", 1, portfolio=PortfolioFactory(code="else"))
    product("secret", 1)
    Plan.objects.filter(code__in=("secret-1", "crm-2")).update(is_public=False)

    assert members(platform) == ["campaigns-2", "crm-1", "desk-2"]


def test_s35_a_named_tier_goes_before_the_highest_public_one(platform):
    version = PlanVersionFactory(plan=platform)
    BundleItemFactory(plan_version=version, plan=Plan.objects.get(code="crm-1"))
    publish(version=version, existing_treatment="keep")

    found = {m.plan.code: m.source for m in composition(plan=platform, on=DAY).members}

    assert found == {
        "campaigns-2": "highest_public_tier",
        "crm-1": "named",
        "desk-2": "highest_public_tier",
    }


def test_s35_a_later_product_waits_for_the_next_version(platform):
    version = PlanVersionFactory(plan=platform)
    publish(version=version, existing_treatment="keep")
    product("meet", 1)

    found = composition(plan=platform, on=DAY)

    assert version.items.count() == 3
    assert [m.plan.code for m in found.members if not m.in_version] == ["meet-1"]


def test_a_platform_costs_the_same_however_many_products_there_are(platform):
    publish(version=PlanVersionFactory(plan=platform), existing_treatment="keep")
    counts = []
    for extra in (0, 30):
        for place in range(extra):
            product(f"more-{place}", 1, 2, 3)
        with CaptureQueriesContext(connection) as queries:
            composition(plan=platform, on=DAY)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 5


def test_a_bundle_contains_what_its_version_in_force_names(platform):
    bundle = BundleFactory()
    for number, (code, day) in enumerate((("crm-1", date(2020, 1, 1)), ("desk-2", DAY)), start=1):
        version = PlanVersionFactory(plan=bundle, number=number, starts_on=day)
        BundleItemFactory(plan_version=version, plan=Plan.objects.get(code=code))
        publish(version=version, existing_treatment="keep")

    assert members(bundle, date(2026, 5, 31)) == ["crm-1"]
    assert members(bundle) == ["desk-2"]
    assert members(bundle, date(2019, 1, 1)) == []


def test_a_tier_is_not_composed(api, platform):
    with pytest.raises(NotComposed):
        composition(plan=Plan.objects.get(code="crm-1"), on=DAY)
    assert api.get("/api/v1/plans/crm-1/composition/").json()["code"] == "not_composed"


def test_s35_over_rest_with_the_trace(api, platform):
    answer = api.get(f"/api/v1/plans/one/composition/?on={DAY}").json()

    assert answer["version"] is None
    assert [each["plan"] for each in answer["members"]] == ["campaigns-2", "crm-2", "desk-2"]
    assert answer["members"][0] == {
        "plan": "campaigns-2",
        "name": "campaigns-2",
        "product": "campaigns",
        "quantity": "1",
        "optional": False,
        "source": "highest_public_tier",
        "in_version": False,
    }
    assert answer["trace"][1] == {
        "step": "member",
        "subject": "crm",
        "name": "crm",
        "considered": "crm-2",
        "matched": True,
        "reason": "highest_public_tier",
    }


@pytest.fixture
def layered():
    home = PortfolioFactory(code="layers", model="layered")
    product("core", 1, 2, is_core=True, portfolio=home)
    product("more", 1, portfolio=home, role="attach")
    return home


def ends() -> list[str]:
    found = dead_ends(plans=Plan.objects.all(), paths=MigrationPath.objects.all(), on=DAY)
    return [plan.code for plan in found]


def path(start: str, to: Plan | str, **facts):
    to = Plan.objects.get(code=to) if isinstance(to, str) else to
    return MigrationPathFactory(from_plan=Plan.objects.get(code=start), to_plan=to, **facts)


def test_s27_core_plans_without_a_way_up_are_dead_ends(layered):
    assert ends() == ["core-1", "core-2"]


def test_s27_a_higher_tier_another_layer_and_a_platform_are_ways_up(layered):
    path("core-1", "core-2")
    assert ends() == ["core-2"]

    path("core-2", BundleFactory(kind="platform", portfolio=layered))
    assert ends() == []

    MigrationPath.objects.filter(from_plan__code="core-2").delete()
    path("core-2", "more-1", kind="lateral")
    assert ends() == []


@pytest.mark.parametrize("change", [{"allowed": False}, {"kind": "sunset"}])
def test_s27_a_way_that_does_not_lead_up_does_not_count(layered, change):
    path("core-2", "more-1", **change)

    assert "core-2" in ends()


def test_s27_ways_down_and_to_what_is_not_sold_do_not_count(layered):
    path("core-2", "core-1", kind="downgrade")
    path("core-1", "core-2")
    Plan.objects.filter(code="core-2").update(end_of_sale_on=DAY)

    assert ends() == ["core-1"]


@pytest.mark.parametrize("model", ["suite", "modular", "ecosystem"])
def test_s27_only_layered_portfolios_have_dead_ends(layered, model):
    type(layered).objects.filter(pk=layered.pk).update(model=model)

    assert ends() == []


def test_s27_products_that_are_no_core_have_none(layered):
    path("core-1", "more-1")
    path("core-2", "more-1")

    assert ends() == []
