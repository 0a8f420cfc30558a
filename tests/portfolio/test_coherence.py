"""S2, S3, S10, S20, S21, S25: how well products belong together."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.coherence import (
    Label,
    coherence_of,
    jaccard,
    label,
    neighbourhood_of,
    pairs_without_statement,
)
from portfolio.models import Depth, Question, Threshold
from tests.factories import (
    IntegrationFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    PortfolioFactory,
    ProductFactory,
    WorkflowEdgeFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 1)


@pytest.fixture
def home():
    return PortfolioFactory()


@pytest.fixture
def three(home):
    return [ProductFactory(code=code) for code in ("crm", "desk", "voice")]


def coherence(home, on=DAY):
    return coherence_of(portfolio=home, on=on)


def scores(found, a, b) -> dict:
    ids = {a.pk, b.pk}
    pair = next(pair for pair in found.pairs if {pair.a.pk, pair.b.pk} == ids)
    return {question.value: score.value for question, score in pair.scores.items()}


def test_s2_one_deep_pair_and_two_none_give_an_index_of_a_third(home, three):
    crm, desk, voice = three
    IntegrationFactory(product_a=crm, product_b=desk, depth=Depth.DEEP)
    IntegrationFactory(product_a=crm, product_b=voice, depth=Depth.NONE)

    assert round(coherence(home).integration_index, 3) == 0.333


@pytest.mark.parametrize(("depth", "index"), [("none", 0), ("surface", 0.5), ("deep", 1)])
def test_s2_a_pair_counts_by_its_depth(home, depth, index):
    IntegrationFactory(depth=depth)

    assert coherence(home).integration_index == index


@pytest.mark.parametrize("status", ["planned", "retired"])
def test_s2_only_a_live_integration_counts(home, status):
    IntegrationFactory(depth=Depth.DEEP, status=status)

    assert coherence(home).integration_index == 0


def test_s2_a_judgement_leaves_the_index_of_facts_alone(home):
    pair = IntegrationFactory(depth=Depth.SURFACE)
    OverrideFactory(
        product_a=pair.product_a, product_b=pair.product_b, question="integration", score=1
    )

    found = coherence(home)

    assert found.integration_index == 0.5
    assert scores(found, pair.product_a, pair.product_b)["integration"] == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, Label.PLATFORM),
        (0.6, Label.PLATFORM),
        ((1 + 1 + 0.1 + 0.3) / 4, Label.PLATFORM),
        (0.599999, Label.MIXED),
        (0.300001, Label.MIXED),
        (0.3, Label.POINT_SOLUTIONS),
        (0.1 + 0.2, Label.POINT_SOLUTIONS),  # 0.30000000000000004
        (0.0, Label.POINT_SOLUTIONS),
        (None, None),
    ],
)
def test_s3_the_label_follows_from_the_thresholds(value, expected):
    thresholds = {
        "coherence-platform": Decimal("0.6"),
        "coherence-point-solutions": Decimal("0.3"),
    }

    assert label(value, thresholds) == expected


def test_s3_the_thresholds_are_rows_that_can_be_edited(home):
    IntegrationFactory(depth=Depth.DEEP)  # a quarter
    assert coherence(home).label == Label.POINT_SOLUTIONS

    Threshold.objects.filter(code="coherence-point-solutions").update(value=Decimal("0.2"))
    assert coherence(home).label == Label.MIXED
    Threshold.objects.filter(code="coherence-platform").update(value=Decimal("0.25"))
    assert coherence(home).label == Label.PLATFORM


def test_s3_thresholds_are_those_of_the_day(home):
    IntegrationFactory(depth=Depth.DEEP)
    rows = Threshold.objects.filter(code="coherence-point-solutions")
    rows.update(ends_on=DAY)
    Threshold.objects.create(
        code="coherence-point-solutions", value=Decimal("0.2"), source="Us", starts_on=DAY
    )

    assert coherence(home, on=date(2025, 12, 31)).label == Label.POINT_SOLUTIONS
    assert coherence(home, on=DAY).label == Label.MIXED


def test_s3_without_a_threshold_there_is_no_label(home, three):
    Threshold.objects.filter(code="coherence-platform").delete()

    assert coherence(home).label is None


def test_s10_four_scores_and_their_mean(home, three):
    crm, desk, _ = three
    record, answer, call = NeedFactory(), NeedFactory(), NeedFactory()
    seller, agent = PersonaFactory(), PersonaFactory()
    crm.needs.set([record, call])
    desk.needs.set([record, answer])  # one of three
    crm.personas.set([seller, agent])
    desk.personas.set([agent])  # one of two
    IntegrationFactory(product_a=desk, product_b=crm, depth=Depth.SURFACE)
    WorkflowEdgeFactory(from_product=desk, to_product=crm)

    found = coherence(home)

    assert scores(found, crm, desk) == {
        "needs": 1 / 3,
        "personas": 0.5,
        "integration": 0.5,
        "workflow": 1,
    }
    pair = next(pair for pair in found.pairs if (pair.a, pair.b) == (crm, desk))
    assert pair.value == pytest.approx((1 / 3 + 0.5 + 0.5 + 1) / 4)
    assert found.value == pytest.approx(pair.value / 3)  # the two other pairs have nothing


def test_s10_a_judgement_stands_in_place_of_the_computed_score(home, three):
    crm, desk, _ = three
    OverrideFactory(
        product_a=crm, product_b=desk, question="workflow", score=Decimal("0.8"), note="By mail."
    )

    found = coherence(home)

    pair = next(pair for pair in found.pairs if pair.is_judged)
    score = pair.scores[Question.WORKFLOW]
    assert (score.computed, score.overridden, score.value) == (0.0, 0.8, 0.8)
    assert score.override.note == "By mail."
    assert pair.scores[Question.NEEDS].overridden is None
    assert pair.value == pytest.approx(0.2)


def test_s10_two_products_of_which_nothing_is_said_share_nothing():
    assert jaccard(frozenset(), frozenset()) == 0
    assert jaccard(frozenset({1}), frozenset()) == 0
    assert jaccard(frozenset({1}), frozenset({1})) == 1


def test_s10_fewer_than_two_products_have_no_coherence(home):
    ProductFactory()

    found = coherence(home)

    assert (found.value, found.integration_index, found.label) == (None, None, None)
    assert found.pairs == []


def test_s10_products_count_until_they_are_retired(home):
    ProductFactory(code="draft", role=None, available_from=None)
    ProductFactory(code="old", end_of_sale_on="2024-01-01", end_of_life_on=DAY)
    ProductFactory(code="elsewhere", portfolio__code="other")

    def counted(on):
        return [product.code for product in coherence(home, on=on).products]

    assert counted(date(2025, 12, 31)) == ["draft", "old"]
    assert counted(DAY) == ["draft"]


@pytest.mark.parametrize("back", [False, True])
def test_s20_a_workflow_counts_once_whichever_way_it_goes(home, three, back):
    crm, desk, voice = three
    WorkflowEdgeFactory(from_product=desk, to_product=crm)
    if back:
        WorkflowEdgeFactory(from_product=crm, to_product=desk)

    assert scores(coherence(home), crm, desk)["workflow"] == 1
    assert scores(coherence(home), crm, voice)["workflow"] == 0


def test_s21_the_same_users_and_needs_make_a_full_score(home, three):
    crm, desk, voice = three
    for product in (crm, desk):
        product.needs.set([NeedFactory(code=f"n-{product}")])
    agent = PersonaFactory()
    crm.personas.add(agent)
    desk.personas.add(agent)

    found = coherence(home)

    assert scores(found, crm, desk)["personas"] == 1
    assert scores(found, crm, desk)["needs"] == 0
    assert scores(found, crm, voice)["personas"] == 0


def test_s25_pairs_on_sale_without_a_statement_are_listed(home, three):
    crm, desk, voice = three
    IntegrationFactory(product_a=crm, product_b=desk, better_together="One record of everybody.")
    IntegrationFactory(product_a=crm, product_b=voice, better_together="")
    ProductFactory(code="draft", role=None, available_from=None)
    ProductFactory(code="gone", end_of_sale_on="2024-01-01")
    ProductFactory(code="going", role="sunset", end_of_sale_on="2027-01-01")

    found = pairs_without_statement(portfolio=home, on=DAY)

    assert found == [(crm, voice), (desk, voice)]


def test_the_neighbours_of_a_product_are_its_portfolio_and_whom_it_is_tied_to(home, three):
    crm, desk, voice = three
    far = ProductFactory(code="far", portfolio__code="other")
    ProductFactory(code="stranger", portfolio__code="other")
    retired = ProductFactory(code="gone", end_of_life_on=DAY)
    IntegrationFactory(product_a=far, product_b=crm)
    WorkflowEdgeFactory(from_product=crm, to_product=retired)

    found = neighbourhood_of(product=crm, on=DAY)

    assert [pair.other(crm) for pair in found.pairs] == [desk, far, voice]
