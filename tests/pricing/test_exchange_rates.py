"""Tables of exchange rates: what they refuse, at the door and beneath it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from pricing.models import ExchangeRate, RateTable
from tests.factories.exchange import ExchangeRateFactory, RateTableFactory
from tests.factories.people import program

pytestmark = pytest.mark.django_db

RATE = {
    "table": "bank",
    "currency": "EUR",
    "rate": "1.083",
    "per": 1,
    "source": "The bank's page.",
    "starts_on": "2026-01-01",
    "ends_on": "2026-02-01",
}


@pytest.fixture
def client():
    return program("finance_preparer")


def post(client, path: str, **body):
    return client.post(f"/api/v1/{path}/", body, "application/json")


def patch(client, path: str, **body):
    where = f"/api/v1/{path}/"
    match = {"If-Match": client.get(where)["ETag"]}
    return client.patch(where, body, "application/json", headers=match)


def test_finance_keeps_a_table_and_its_rates(client):
    table = {"code": "bank", "name": "The bank", "currency": "USD"}
    assert post(client, "rate-tables", **table).json() == table
    made = post(client, "exchange-rates", **RATE)
    assert made.status_code == 201, made.json()
    assert made.json() == {**RATE, "id": made.json()["id"]}

    listed = client.get("/api/v1/exchange-rates/?table=bank&currency=EUR&on=2026-01-31").json()
    assert [row["rate"] for row in listed["results"]] == ["1.083"]
    assert client.get("/api/v1/exchange-rates/?on=2026-02-01").json()["results"] == []
    changed = patch(client, f"exchange-rates/{made.json()['id']}", rate="0.6487", per=100)
    assert (changed.json()["rate"], changed.json()["per"]) == ("0.6487", 100)
    assert ExchangeRate.objects.get().worth == Decimal("0.006487")
    match = {"If-Match": client.get("/api/v1/rate-tables/bank/")["ETag"]}
    assert client.delete("/api/v1/rate-tables/bank/", headers=match).status_code == 409
    assert RateTable.objects.exists()


def test_a_rate_that_says_nothing_or_something_else_is_refused(client):
    RateTableFactory(code="bank", currency="USD")
    assert post(client, "exchange-rates", **RATE).status_code == 201

    for wrong, status, sentence in (
        ({}, 409, "Another rate of this currency covers part of these days."),
        ({"currency": "USD"}, 400, "bank is into USD, which needs no rate."),
        ({"currency": "XYZ"}, 400, "XYZ is not a currency of ISO 4217."),
        (
            {"currency": "GBP", "rate": "0"},
            400,
            "A rate is more than nought, and below a hundred million.",
        ),
        ({"currency": "GBP", "per": 7}, 400, "A rate is per 1, 100, 1000, 10000 or 1000000."),
        ({"currency": "GBP", "rate": 1.5}, 400, ""),
        ({"currency": "GBP", "rate": "1e3"}, 400, ""),
        ({"currency": "GBP", "ends_on": "2026-01-01"}, 400, "It must end after it starts."),
        ({"currency": "GBP", "source": ""}, 400, ""),
        ({"currency": "GBP", "inverse": "2"}, 400, ""),
    ):
        refused = post(client, "exchange-rates", **{**RATE, **wrong})
        assert refused.status_code == status, (wrong, refused.json())
        assert sentence in refused.content.decode(), wrong
    refused = patch(client, "rate-tables/bank", currency="EUR")
    assert refused.status_code == 400
    assert "Its rates are into another currency: they stay." in refused.content.decode()


def test_the_database_refuses_them_whoever_writes():
    rate = ExchangeRateFactory(rate=Decimal("1.1"), starts_on=date(2026, 1, 1))
    others = RateTable.objects.filter(pk=rate.table_id)
    same = {"table": rate.table, "source": "A bank.", "starts_on": rate.starts_on}
    for write in (
        lambda: ExchangeRate.objects.create(**same, currency="USD", rate=1),
        lambda: ExchangeRate.objects.create(**same, currency="EUR", rate=1),
        lambda: ExchangeRate.objects.create(**same, currency="GBP", rate=0),
        lambda: others.update(currency="EUR"),
        others.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    assert str(rate) == f"1 EUR at 1.1 ({rate.table.name})"
