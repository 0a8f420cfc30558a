"""S19-S21: what the database refuses of relations, whoever writes them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from config.audit.history import history_of
from config.audit.words import model_name
from portfolio.models import CoherenceOverride, Integration, Product, Sequence, WorkflowEdge
from tests.factories import (
    IntegrationFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    ProductFactory,
    StepFactory,
    WorkflowEdgeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    return ProductFactory(code="crm")


@pytest.fixture
def desk(crm):
    return ProductFactory(code="desk")


def refused(*rows) -> str:
    """The constraint that refuses rows, written without any code of the models."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        type(rows[0]).objects.bulk_create(rows)
    return caught.value.__cause__.diag.constraint_name


def test_s19_a_pair_is_stored_with_the_lower_id_first(crm, desk):
    row = IntegrationFactory(product_a=desk, product_b=crm)

    row.refresh_from_db()
    assert (row.product_a, row.product_b) == (crm, desk)


def test_s19_a_pair_the_other_way_round_is_refused(crm, desk):
    row = Integration(product_a=desk, product_b=crm, depth="deep")

    assert refused(row) == "integration_is_of_two_products"


def test_s19_a_product_is_not_integrated_with_itself(crm):
    row = Integration(product_a=crm, product_b=crm, depth="deep")

    assert refused(row) == "integration_is_of_two_products"


def test_s19_a_pair_has_one_integration(crm, desk):
    IntegrationFactory(product_a=crm, product_b=desk)
    row = Integration(product_a=crm, product_b=desk, depth="none")

    assert refused(row) == "integration_once_for_two_products"


def test_s20_work_flows_once_each_way_and_never_into_itself(crm, desk):
    WorkflowEdgeFactory(from_product=crm, to_product=desk)
    WorkflowEdgeFactory(from_product=desk, to_product=crm)

    again = WorkflowEdge(from_product=crm, to_product=desk)
    assert refused(again) == "workflow_once_for_each_way"
    itself = WorkflowEdge(from_product=crm, to_product=crm)
    assert refused(itself) == "workflow_goes_to_another_product"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"score": Decimal("1.001")}, "override_score_is_a_share"),
        ({"score": Decimal("-0.1")}, "override_score_is_a_share"),
        ({"note": ""}, "override_says_why"),
        ({"note": " \n"}, "override_says_why"),
    ],
)
def test_s10_a_judgement_is_a_share_and_says_why(crm, desk, facts, constraint):
    whole = {"question": "needs", "score": Decimal("0.5"), "note": "Asked."}
    row = CoherenceOverride(product_a=crm, product_b=desk, **{**whole, **facts})

    assert refused(row) == constraint


@pytest.mark.parametrize(
    ("make", "column"), [(OverrideFactory, "score"), (StepFactory, "min_adoption")]
)
def test_no_number_is_no_share(make, column):
    table = make()._meta.db_table

    with pytest.raises(IntegrityError, match="_is_a_share"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = 'NaN'")


def test_s10_a_question_is_judged_once(crm, desk):
    OverrideFactory(product_a=desk, product_b=crm, question="needs")
    row = CoherenceOverride(product_a=crm, product_b=desk, question="needs", score=1, note="No.")

    assert refused(row) == "override_once_for_a_question"


@pytest.mark.parametrize("adoption", ["1.001", "-0.1"])
def test_s15_the_least_adoption_is_a_share(crm, desk, adoption):
    row = Sequence(before=crm, after=desk, kind="requires", min_adoption=Decimal(adoption))

    assert refused(row) == "sequence_adoption_is_a_share"


def test_s15_a_sequence_is_of_two_products_and_listed_once(crm, desk):
    StepFactory(before=crm, after=desk)

    again = Sequence(before=crm, after=desk, kind="recommended", min_adoption=1)
    assert refused(again) == "sequence_once_for_two_products"
    itself = Sequence(before=crm, after=crm, kind="requires", min_adoption=1)
    assert refused(itself) == "sequence_is_of_two_products"


@pytest.mark.parametrize(
    "make", [IntegrationFactory, WorkflowEdgeFactory, StepFactory, OverrideFactory]
)
def test_a_product_with_relations_stays(make):
    make()

    with pytest.raises(ProtectedError):
        Product.objects.first().delete()


@pytest.mark.parametrize(("make", "name"), [(PersonaFactory, "personas"), (NeedFactory, "needs")])
def test_s21_what_products_name_stays_and_what_none_names_goes(crm, make, name):
    row = make()
    getattr(crm, name).add(row)
    with pytest.raises(ProtectedError):
        row.delete()

    getattr(crm, name).clear()
    row.delete()


@pytest.mark.parametrize(("make", "name"), [(PersonaFactory, "personas"), (NeedFactory, "needs")])
def test_s21_linking_counts_as_changing_the_product(crm, desk, make, name):
    def versions():
        return dict(Product.objects.values_list("code", "version"))

    row, before = make(), versions()
    getattr(crm, name).add(row)
    assert versions() == {**before, "crm": before["crm"] + 1}

    links = getattr(Product, name).through
    links.objects.update(product_id=desk.pk)
    assert versions()["desk"] > before["desk"]
    assert versions()["crm"] > before["crm"] + 1

    at = versions()["desk"]
    links.objects.all().delete()
    assert versions()["desk"] == at + 1


def test_s21_linking_is_in_the_history_of_the_product_and_of_nothing_else_of_it(crm):
    agent = PersonaFactory()
    before = history_of(crm).count()

    crm.personas.add(agent)

    (event,) = history_of(crm)[: history_of(crm).count() - before]
    assert event.table_name == "portfolio_product_personas"
    assert event.after["persona_id"] == agent.pk
    assert model_name(event) == "Persona of a product"


def test_a_product_is_deleted_with_its_own_links():
    product = ProductFactory()
    product.personas.add(PersonaFactory())

    product.delete()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portfolio_product_personas")
        assert cursor.fetchone() == (0,)
