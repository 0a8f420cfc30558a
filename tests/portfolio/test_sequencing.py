"""S15: some products come before others, and none before itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from config.invariants import invariants
from portfolio.models import Sequence, Threshold
from portfolio.sequencing import NoUsualAdoption, missing_before, steps_around, usual_adoption
from tests.factories import ProductFactory, StepFactory

DAY = date(2026, 1, 1)
CIRCLE = "This would go in a circle: "


@pytest.fixture
def crm(db):
    return ProductFactory(code="crm", name="CRM")


@pytest.fixture
def analytics(crm):
    return ProductFactory(code="analytics", name="Analytics")


@pytest.fixture
def forecast(analytics):
    return ProductFactory(code="forecast", name="Forecast")


def step(before, after, kind="requires") -> Sequence:
    return Sequence(before=before, after=after, kind=kind, min_adoption=Decimal("0.6"))


def refusal(write) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    said = caught.value.__cause__.diag
    assert said.constraint_name == "sequence_goes_in_no_circle"
    return said.message_primary


def test_s15_a_circle_is_refused_and_named(crm, analytics):
    StepFactory(before=crm, after=analytics)

    said = refusal(lambda: step(analytics, crm).save())

    assert said.startswith(f"{CIRCLE}Analytics -> CRM -> Analytics.")


def test_s15_the_shortest_way_round_is_named(crm, analytics, forecast):
    detour = ProductFactory(name="Detour")
    for before, after in [(crm, detour), (detour, analytics), (analytics, forecast)]:
        StepFactory(before=before, after=after)
    StepFactory(before=crm, after=analytics, kind="recommended")

    said = refusal(lambda: step(forecast, crm).save())

    assert said.startswith(f"{CIRCLE}Forecast -> CRM -> Analytics -> Forecast.")


def test_s15_a_recommendation_closes_a_circle_too(crm, analytics):
    StepFactory(before=crm, after=analytics, kind="recommended")

    assert CIRCLE in refusal(lambda: step(analytics, crm, "recommended").save())


@pytest.mark.parametrize("way", ["bulk", "update", "sql", "both at once"])
def test_s15_no_way_of_writing_gets_past(crm, analytics, forecast, way):
    first = StepFactory(before=crm, after=analytics)
    second = StepFactory(before=analytics, after=forecast)

    def sql():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO portfolio_sequence (before_id, after_id, kind, min_adoption)"
                " VALUES (%s, %s, 'requires', 0.6)",
                [forecast.pk, crm.pk],
            )

    writes = {
        "bulk": lambda: Sequence.objects.bulk_create([step(forecast, crm)]),
        "update": lambda: Sequence.objects.filter(pk=second.pk).update(after=crm),
        "sql": sql,
        "both at once": lambda: (
            Sequence.objects.update(before=F("after"), after=F("before"))
            and Sequence.objects.bulk_create([step(crm, analytics)])
        ),
    }

    assert CIRCLE in refusal(writes[way])
    assert set(Sequence.objects.values_list("pk", "after")) == {
        (first.pk, analytics.pk),
        (second.pk, forecast.pk),
    }


def test_s15_a_circle_that_one_statement_brings_whole_is_refused(crm, analytics, forecast):
    rows = [step(crm, analytics), step(analytics, forecast), step(forecast, crm)]

    assert CIRCLE in refusal(lambda: Sequence.objects.bulk_create(rows))
    assert not Sequence.objects.exists()


def test_s15_ways_that_meet_again_are_no_circle(crm, analytics, forecast):
    StepFactory(before=crm, after=analytics)
    StepFactory(before=crm, after=forecast)
    StepFactory(before=analytics, after=forecast)

    assert Sequence.objects.count() == 3


def test_s15_a_step_is_turned_round_when_nothing_is_in_the_way(crm, analytics):
    row = StepFactory(before=crm, after=analytics)

    row.before, row.after = analytics, crm
    row.save()

    assert list(invariants["sequences_form_no_circle"].violations()) == []


def test_s15_what_is_missing_before_a_product(crm, analytics, forecast):
    StepFactory(before=crm, after=analytics)
    StepFactory(before=analytics, after=forecast)
    voice = ProductFactory(name="Voice")
    StepFactory(before=voice, after=forecast, kind="recommended")

    def missing(*held):
        found = missing_before(
            products=[crm, analytics, forecast], held=[product.pk for product in held]
        )
        return [found[product.pk] for product in (crm, analytics, forecast)]

    assert missing() == [[], [crm], [crm, analytics]]
    assert missing(crm) == [[], [], [analytics]]
    assert missing(analytics) == [[], [], []]  # held already, whatever it should have come after


def test_s15_what_is_missing_costs_one_query(crm, analytics, django_assert_num_queries):
    StepFactory(before=crm, after=analytics)
    products = [analytics, *(StepFactory(before=crm).after for _ in range(20))]

    with django_assert_num_queries(1):
        missing_before(products=products, held=[])


def test_s15_the_steps_around_a_product_are_all_before_and_all_after(crm, analytics, forecast):
    root, beside = ProductFactory(name="Root"), ProductFactory(name="Beside")
    into = [StepFactory(before=root, after=crm), StepFactory(before=crm, after=analytics)]
    out = [StepFactory(before=analytics, after=forecast)]
    StepFactory(before=root, after=beside)

    assert set(steps_around(analytics)) == {*into, *out}


def test_s15_the_usual_adoption_is_a_threshold(db):
    assert usual_adoption(on=DAY) == Decimal("0.6")
    Threshold.objects.filter(code="sequence-min-adoption").update(value=Decimal("0.75"))
    assert usual_adoption(on=DAY) == Decimal("0.75")


def test_s15_without_the_threshold_the_adoption_must_be_said(db):
    Threshold.objects.filter(code="sequence-min-adoption").delete()

    with pytest.raises(NoUsualAdoption, match="Say the least adoption"):
        usual_adoption(on=DAY)


def test_s15_a_product_before_itself_is_refused_in_words(crm):
    with pytest.raises(ValidationError, match="A product cannot come before itself"):
        step(crm, crm).full_clean()
