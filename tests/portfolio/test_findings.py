"""S1, S8: what breaks the model of a portfolio, and the roles of its products."""

from datetime import date

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.audit.models import Event
from config.findings import Severity, check, counts, findings
from portfolio.models import Origin, PortfolioModel, ProductRole, ReviewState
from tests.factories import (
    PlanEnablementFactory,
    PlanFactory,
    PortfolioFactory,
    ProductFactory,
    SegmentEnablementFactory,
)
from tests.portfolio.asking import ON, become, everything, found, kinds, rows

pytestmark = pytest.mark.django_db


def suite(**facts):
    return PortfolioFactory(model=PortfolioModel.SUITE, **facts)


def test_s1_a_suite_warns_of_each_product_with_a_public_plan_of_its_own():
    home = suite()
    PlanFactory(product=ProductFactory(code="crm", portfolio=home), code="crm-pro")
    PlanFactory(product=ProductFactory(code="desk", portfolio=home), is_public=False)
    PlanFactory(product=ProductFactory(code="mail", portfolio=home), available_from=None)
    ProductFactory(code="meet", portfolio=home)

    (only,) = found("suite-sold-apart")

    assert only.kind.severity == Severity.WARNING
    assert only.found.row.code == "crm"
    assert only.found.facts["plans"] == ["crm-pro"]
    assert only.subject == "/products/crm/"


def test_s1_modular_warns_of_each_product_on_sale_without_a_plan():
    home = PortfolioFactory(model=PortfolioModel.MODULAR)
    PlanFactory(product=ProductFactory(code="crm", portfolio=home))
    ProductFactory(code="desk", portfolio=home)
    PlanFactory(product=ProductFactory(code="mail", portfolio=home), available_from=None)
    PlanFactory(product=ProductFactory(code="old", portfolio=home), end_of_sale_on=ON)
    ProductFactory(code="draft", portfolio=home, available_from=None)
    ProductFactory(code="gone", portfolio=home, end_of_sale_on=date(2026, 1, 1))

    assert rows("modular-without-plan") == ["desk", "mail", "old"]


def test_a_private_plan_is_enough_to_stand_alone():
    PlanFactory(product=ProductFactory(), is_public=False)

    assert rows("modular-without-plan") == []


def test_s1_layered_needs_an_anchor_that_is_marked_as_core():
    home = PortfolioFactory(model=PortfolioModel.LAYERED)
    crm = ProductFactory(code="crm", portfolio=home, role=ProductRole.ANCHOR)
    ProductFactory(portfolio=home, role=ProductRole.ATTACH, is_core=True)

    (only,) = found("layered-without-core-anchor")
    assert (only.kind.severity, only.found.row) == (Severity.ERROR, home)
    assert only.found.about == {"portfolio": "home"}

    crm.is_core = True
    crm.save()
    assert found("layered-without-core-anchor") == []


def test_s1_an_ecosystem_without_others_is_warned_of():
    home = PortfolioFactory(model=PortfolioModel.ECOSYSTEM)
    product = ProductFactory(portfolio=home)

    (only,) = found("ecosystem-without-third-party")
    assert only.kind.severity == Severity.WARNING

    product.origin, product.review_state = Origin.THIRD_PARTY, ReviewState.PENDING
    product.save()
    assert found("ecosystem-without-third-party") == []


def test_s1_changing_the_model_changes_the_findings_never_the_data():
    home = PortfolioFactory(code="home", model=PortfolioModel.SUITE)
    PlanFactory(product=ProductFactory(code="crm", portfolio=home))
    ProductFactory(code="desk", portfolio=home)
    seen = {}
    last = Event.objects.latest("id").pk

    for model in PortfolioModel:
        become(home, model)
        seen[model.value] = kinds()

    assert seen == {
        "suite": ["suite-sold-apart"],
        "modular": ["modular-without-plan"],
        "layered": ["layered-without-core-anchor"],
        "ecosystem": ["ecosystem-without-third-party"],
    }
    events = Event.objects.filter(pk__gt=last)
    assert {event.table_name for event in events} == {"portfolio_portfolio"}
    assert {name for event in events for name in event.after} == {"id", "model"}


def test_s8_a_strategic_product_enables_a_segment_or_a_plan():
    ProductFactory(code="idle", role=ProductRole.STRATEGIC)
    SegmentEnablementFactory(product=ProductFactory(role=ProductRole.STRATEGIC))
    PlanEnablementFactory(product=ProductFactory(role=ProductRole.STRATEGIC))
    ProductFactory(role=ProductRole.ATTACH)

    (only,) = found("strategic-enables-nothing")

    assert only.kind.severity == Severity.ERROR
    assert only.found.row.code == "idle"


def test_what_has_ended_is_not_judged_any_more():
    gone = ON.replace(year=2025)
    ProductFactory(role=ProductRole.STRATEGIC, end_of_life_on=gone)
    ProductFactory(role=ProductRole.SUNSET, end_of_sale_on=gone, end_of_life_on=gone)

    assert kinds() == []
    assert kinds(on=date(2024, 1, 1)) != []


def test_each_portfolio_is_judged_by_its_own_model():
    PlanFactory(product=ProductFactory(portfolio=suite(code="one")))
    ProductFactory(portfolio=PortfolioFactory(code="two", model=PortfolioModel.MODULAR))

    told = {each.found.about["portfolio"]: each.kind.code for each in found()}

    assert told == {"one": "suite-sold-apart", "two": "modular-without-plan"}


def test_the_worst_comes_first_and_is_counted():
    home = PortfolioFactory(code="home", model=PortfolioModel.MODULAR)
    ProductFactory(code="a", portfolio=home)
    ProductFactory(code="b", portfolio=home, role=ProductRole.STRATEGIC)

    all_of_them = found()

    assert [each.kind.severity.value for each in all_of_them] == ["error", "warning", "warning"]
    assert counts(all_of_them) == {"error": 1, "warning": 2, "info": 0}


@pytest.mark.parametrize("code", list(findings))
def test_every_kind_explains_itself(code):
    kind = findings[code]

    assert code == kind.find.__module__.rpartition(".")[2].replace("_", "-")
    assert 10 < len(kind.title) < 80
    assert len(kind.explanation) > 60
    assert kind.needs


def cost() -> int:
    """Of asking when nothing is remembered."""
    caches["metrics"].clear()
    with CaptureQueriesContext(connection) as queries:
        check(everything())
    return len(queries)


def test_asking_costs_the_same_with_one_product_and_with_two_hundred():
    def grow(count: int) -> None:
        for number in range(count):
            model = list(PortfolioModel)[number % 4]
            home = PortfolioFactory(code=f"home-{number % 8}", model=model)
            role = [ProductRole.ANCHOR, ProductRole.ATTACH, ProductRole.STRATEGIC][number % 3]
            PlanFactory(product=ProductFactory(portfolio=home, role=role))

    grow(4)
    few = cost()
    grow(196)

    assert cost() <= few
    assert few < 2 * len(findings)
