"""How products end: plans, their steps, what comes after, and what is wrong with them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.models import ProductRole, SunsetPlan
from portfolio.sunsetting import successors, timeline, told_late
from tests.factories import ProductFactory, SunsetPlanFactory
from tests.portfolio.asking import ON, found, rows

pytestmark = pytest.mark.django_db

SALE, SUPPORT, LIFE = date(2026, 3, 1), date(2026, 9, 1), date(2026, 12, 1)


def ending(**facts):
    dates = {"end_of_sale_on": SALE, "end_of_support_on": SUPPORT, "end_of_life_on": LIFE}
    return ProductFactory(role=ProductRole.SUNSET, **{**dates, **facts})


def plan(product=None, **facts) -> SunsetPlan:
    product = product or ending()
    if facts.get("successor"):
        facts.setdefault("no_successor", False)
    return SunsetPlanFactory(product=product, **facts)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"no_successor": False}, "Name a successor, or say that there is none."),
        ({"successor": "other", "no_successor": True}, "do not also say that there is none"),
        ({"successor": "itself", "no_successor": False}, "cannot be its own successor"),
    ],
)
def test_a_plan_says_one_thing_about_what_comes_after(facts, sentence):
    product = ending()
    chosen = {"other": ProductFactory(), "itself": product}.get(facts.pop("successor", None))
    wrong = SunsetPlan(product=product, successor=chosen, reason="x", notice_days=1, **facts)

    with pytest.raises(ValidationError, match=sentence):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_sale_cannot_end_after_the_life():
    with pytest.raises(ValidationError, match="must follow one another"):
        ProductFactory.build(
            portfolio=ending().portfolio, end_of_sale_on=LIFE, end_of_life_on=SALE
        ).full_clean()


def test_a_chain_of_successors_never_comes_back():
    first, second, third = ending(code="a"), ending(code="b"), ending(code="c")
    plan(first, successor=second)
    plan(second, successor=third)

    refused = pytest.raises(IntegrityError, match="would come back to this product")
    with refused, transaction.atomic():
        plan(third, successor=first)
    plan(third)
    with pytest.raises(IntegrityError, match="would come back"), transaction.atomic():
        SunsetPlan.objects.filter(product=third).update(successor=second, no_successor=False)
    assert successors(product=first) == [second, third]


def test_the_steps_come_in_the_order_of_their_days():
    told = plan(announced_on=date(2026, 1, 15), notice_days=90)

    steps = timeline(product=told.product, plan=told, on=ON)

    assert [(step.code, step.day, step.is_past) for step in steps] == [
        ("announced", date(2026, 1, 15), True),
        ("end_of_sale", SALE, True),
        ("end_of_support", SUPPORT, False),
        ("told_by", date(2026, 9, 2), False),
        ("end_of_life", LIFE, False),
    ]


def test_steps_without_a_day_come_last():
    told = plan(ending(end_of_support_on=None, end_of_life_on=None))

    steps = timeline(product=told.product, plan=told, on=ON)

    assert [step.code for step in steps if step.day is None] == [
        "announced",
        "told_by",
        "end_of_support",
        "end_of_life",
    ]


def test_without_a_plan_there_are_the_products_own_days():
    steps = timeline(product=ending(), plan=None, on=ON)

    assert [step.code for step in steps] == ["end_of_sale", "end_of_support", "end_of_life"]


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({}, ""),
        ({"available_from": None, "role": None}, "is not on sale yet"),
        ({"available_from": date(2027, 1, 1)}, "is not on sale yet"),
        ({"end_of_life_on": date(2026, 6, 1)}, "ends on 2026-06-01"),
        ({"end_of_sale_on": LIFE}, "is no longer sold on 2026-12-01"),
        ({"end_of_sale_on": date(2027, 1, 1)}, ""),
        (
            {"role": ProductRole.SUNSET, "end_of_sale_on": date(2030, 1, 1)},
            "is on its way out itself",
        ),
    ],
)
def test_a_successor_must_be_there_when_the_product_is_gone(facts, fault):
    told = plan(successor=ProductFactory(code="next", **facts))

    assert fault in told.successor_fault()
    assert bool(fault) == bool(told.successor_fault())
    assert bool(found("sunset-successor-unfit")) == bool(fault)


@pytest.mark.parametrize(
    ("announced_on", "on", "late"),
    [
        (date(2026, 6, 4), ON, ""),
        (date(2026, 6, 5), ON, "that is 179 days before it ends, not 180"),
        (None, date(2026, 6, 3), ""),
        (None, date(2026, 6, 4), "had to be told by 2026-06-04"),
    ],
)
def test_customers_are_told_in_time(announced_on, on, late):
    told = plan(announced_on=announced_on, notice_days=180)

    assert late in told_late(told, on=on)
    assert bool(told_late(told, on=on)) == bool(late)
    assert len(found("sunset-notice-too-short", on=on)) == bool(late)


def test_a_product_on_its_way_out_without_a_plan_is_found():
    ending(code="planned", name="planned").sunset_plan = plan(ending(code="with", name="with"))

    assert rows("sunset-without-plan") == ["planned"]


def test_the_timeline_over_rest(api):
    told = plan(ending(code="mail"), successor=ProductFactory(code="campaigns"))

    answer = api.get(f"/api/v1/sunset-plans/{told.pk}/timeline/?on=2026-06-01")

    assert answer.status_code == 200
    body = answer.json()
    assert (body["product"], body["successors"]) == ("mail", ["campaigns"])
    assert body["steps"][0] == {
        "code": "end_of_sale",
        "name": "End of sale",
        "day": "2026-03-01",
        "meaning": "No new customer can buy it.",
        "is_past": True,
    }


def test_a_circle_over_rest_is_refused_in_words(api):
    first, second = ending(code="a"), ending(code="b")
    plan(first, successor=second)

    answer = api.post(
        "/api/v1/sunset-plans/",
        {"product": "b", "successor": "a", "reason": "Old", "notice_days": 30},
        content_type="application/json",
    )

    assert answer.status_code == 409
    assert "would come back to this product" in answer.json()["detail"]


def test_the_page_of_the_product_draws_its_end(admin_client):
    told = plan(ending(name="Mailroom"), successor=ProductFactory(name="Campaigns"))

    page = admin_client.get(f"/admin/portfolio/product/{told.product_id}/change/?on=2026-06-01")

    assert "pt-timeline" in page.text
    assert "Customers move to" in page.text
    assert "Campaigns" in page.text


def test_a_circle_in_the_admin_is_refused_above_the_form(admin_client):
    first, second = ending(code="a"), ending(code="b")
    plan(first, successor=second)

    answer = admin_client.post(
        "/admin/portfolio/sunsetplan/add/",
        {"product": second.pk, "successor": first.pk, "reason": "Typed", "notice_days": 30},
    )

    assert "would come back to this product" in answer.text
    assert "Typed" in answer.text
