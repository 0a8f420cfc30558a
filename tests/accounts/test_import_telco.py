"""A telephone company's real book, through the command, and its known figures over REST."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import LedgerEntry
from config.invariants import invariants
from tests.factories import program

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PORTICO_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
TELCO = SHARED / "telco"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not TELCO.is_dir(), reason=f"no book to import in {TELCO}"),
]


@pytest.fixture(scope="module")
def telco(django_db_setup, django_db_blocker):
    """The book, imported once for all tests of this file, and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        bring()
        with connection.cursor() as cursor:  # keys are checked once, not after every test
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        yield
        transaction.set_rollback(True)


def bring() -> str:
    out = StringIO()
    files = {"accounts": TELCO / "accounts.csv", "items": TELCO / "subscription_items.csv"}
    call_command("import_book", **files, stdout=out)
    with connection.cursor() as cursor:
        cursor.execute("DISCARD TEMP")
    return out.getvalue()


@pytest.fixture
def figures(telco, db):
    client = program("viewer")

    def ask(code: str, **parameters) -> dict:
        asked = parameters if "start" in parameters else {"on": "2019-12-31", **parameters}
        answer = client.get(f"/api/v1/metrics/{code}/", asked)
        assert answer.status_code == 200, answer.content
        return answer.json()

    yield ask
    caches["metrics"].clear()


def test_products_per_customer(figures):
    answer = figures("products-per-customer")

    assert [row["customers"] for row in answer["distribution"]] == [
        1264,
        859,
        846,
        965,
        922,
        908,
        676,
        395,
        208,
    ]
    assert [row["products"] for row in answer["distribution"]] == list(range(1, 10))
    assert (answer["n"], answer["median"]) == (7043, 4)
    assert answer["value"] == pytest.approx(4.146244, abs=5e-7)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            "PhoneService",
            "Internet",
            {"holders": 6361, "both": 4835, "rate": 0.760101, "lift": 0.970344},
        ),
        ("StreamingTV", "StreamingMovies", {"rate": 0.717}),
    ],
)
def test_attach_rates(figures, first, second, expected):
    rows = figures("attach-rate")["rows"]

    (row,) = (row for row in rows if (row["from"], row["to"]) == (first, second))
    digits = 3 if len(expected) == 1 else 6
    assert {name: round(row[name], digits) for name in expected} == expected


def test_the_share_of_revenue_from_several_products(figures):
    answer = figures("multi-product-revenue-mix")

    assert round(answer["value"], 4) == 0.9438
    assert (answer["denominator"], answer["currency"]) == (45_611_660, "USD")
    assert sum(row["mrr"] for row in answer["by_products"]) == answer["denominator"]


def test_segments_add_up_to_the_whole(figures):
    answer = figures("multi-product-revenue-mix", group_by="segment")

    for name in ("n", "numerator", "denominator"):
        assert sum(group[name] for group in answer["groups"]) == answer[name]


def test_importing_again_changes_nothing(telco, db):
    before = LedgerEntry.objects.count()

    out = bring()

    assert "29,202  items unchanged" in out
    assert "created" not in out.replace("0  accounts created", "")
    assert LedgerEntry.objects.count() == before


def test_what_must_always_hold_holds(telco, db):
    assert [list(rule.violations()) for rule in invariants.values()] == [[]] * len(invariants)


def test_more_services_go_with_more_churn_until_one_looks_inside(figures):
    """Customers with several services leave more often in the whole, and less often with either
    kind of line that has both groups: who takes fiber takes more, and leaves more."""
    answer = figures("platform-retention", start="2020-01-01", end="2020-02-01")
    sides = {group["key"]["products_at_opening"]: group for group in answer["groups"]}
    by_segment = next(check for check in answer["simpson"] if check["by"] == "segment")

    assert sides["multi"]["logo_churn"] == pytest.approx(0.300, abs=5e-4)
    assert sides["single"]["logo_churn"] == pytest.approx(0.109, abs=5e-4)
    assert by_segment["full_reversal"] is True
    assert [stratum["key"] for stratum in by_segment["strata"]] != []
    assert by_segment["left_out"] == ["Fiber-optic"]
    assert "SIMPSON" in [warning["code"] for warning in answer["warnings"]]
