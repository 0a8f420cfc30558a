"""Money of several currencies in one: what rates moved is told apart, to the minor unit."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import recording
from metrics.columns import keeping
from metrics.exchange import shared, whole
from metrics.folding import fold
from metrics.registry import metrics
from tests.factories import AccountFactory, ChargeFactory, LineFactory, SubscriptionFactory
from tests.factories.exchange import ExchangeRateFactory, RateTableFactory
from tests.factories.figures import figure
from tests.metrics.test_movement_oracle import KINDS, Oracle, days_of, windows
from tests.metrics.test_oracle import CURRENCIES, START, Book, near, stories

DAY = timedelta(days=1)
OFFERED = {
    "arpa",
    "gross-revenue-retention",
    "mrr-movements",
    "multi-product-revenue-mix",
    "net-revenue-retention",
}
PERIOD = {"start": "2025-01-01", "end": "2025-03-02", "rates": "bank"}


def holds(account, charge, amount, since: date, until: date | None = None) -> None:
    subscription = SubscriptionFactory(account=account)
    facts = {"charge": charge, "amount": amount, "starts_on": since, "ends_on": until}
    LineFactory(subscription=subscription, **facts)


def rated(table, currency: str, *rates: tuple[date, str]) -> None:
    """Each rate holds until the next one; the last without end."""
    for (since, rate), (until, _) in zip(rates, [*rates[1:], (None, "")], strict=True):
        facts = {"rate": Decimal(rate), "starts_on": since, "ends_on": until}
        ExchangeRateFactory(table=table, currency=currency, **facts)


@pytest.fixture
def book(db):
    """100 USD since 2024; 100 EUR since 2024, 150 from 15 January; 20,000 JPY from 10 February."""
    crm, desk = ChargeFactory(plan__product__code="crm"), ChargeFactory(plan__product__code="desk")
    usd, eur, jpy = (AccountFactory(code=code, currency=code) for code in ("USD", "EUR", "JPY"))
    with recording():
        holds(usd, crm, 100, date(2024, 1, 1))
        holds(eur, crm, 100, date(2024, 6, 1))
        holds(eur, desk, 50, date(2025, 1, 15))
        holds(jpy, crm, 20000, date(2025, 2, 10))
    table = RateTableFactory(code="bank", currency="USD")
    since, february, march = date(2024, 12, 1), date(2025, 2, 1), date(2025, 3, 1)
    rated(table, "EUR", (since, "1.1"), (february, "1.2"), (march, "1"))
    rated(table, "JPY", (since, "0.65"))
    table.rates.filter(currency="JPY").update(per=100)
    return table


def test_a_waterfall_converts_each_step_at_the_rate_of_its_own_day(api, book):
    answer = figure(api, "mrr-movements", **PERIOD)

    (row,) = answer["rows"]
    assert (answer["value"], answer["currency"], answer["n"]) == (17000, "USD", 3)
    assert (row["opening"], row["new"], row["expansion"]) == (21000, 13000, 5500)
    assert (row["fx"], row["closing"], row["reconciles"]) == (-1500, 38000, True)
    assert answer["parts"]["cross_sell"] == 5500
    assert answer["rates"]["table"] == "bank"
    assert answer["rates"]["of"] == "own_day"
    used = [(each["currency"], each["rate"], each["per"]) for each in answer["rates"]["used"]]
    assert used == [("EUR", "1.1", 1), ("EUR", "1", 1), ("JPY", "0.65", 100)]
    months = figure(api, "mrr-movements", interval="month", **PERIOD)["rows"]
    assert [month["fx"] for month in months] == [0, 1500, -3000]
    by = figure(api, "mrr-movements", group_by="currency", **PERIOD)["groups"]
    assert [(each["key"]["currency"], each["rows"][0]["fx"]) for each in by] == [
        ("EUR", -1500),
        ("JPY", 0),
        ("USD", 0),
    ]
    assert {each["currency"] for each in by} == {"USD"}
    plain = figure(api, "mrr-movements", start="2025-01-01", end="2025-03-02", currency="USD")
    assert "fx" not in plain["rows"][0]
    assert "rates" not in plain


def test_figures_of_a_day_convert_at_its_rates_and_retention_at_the_openings(api, book):
    arpa = figure(api, "arpa", on="2025-02-28", rates="bank")
    assert (arpa["numerator"], arpa["n"], arpa["median"]) == (10000 + 18000 + 13000, 3, 13000)
    assert (arpa["value"], arpa["currency"]) == (near(41000 / 3), "USD")

    mix = figure(api, "multi-product-revenue-mix", on="2025-02-28", rates="bank")
    assert (mix["numerator"], mix["denominator"]) == (18000, 41000)
    assert mix["by_products"] == [{"products": 1, "mrr": 23000}, {"products": 2, "mrr": 18000}]

    assert mix["without_largest"] == {
        "value": 0.0,
        "numerator": 0,
        "denominator": 23000,
        "largest": 18000,
    }

    for code, left in (("net-revenue-retention", 26500), ("gross-revenue-retention", 21000)):
        answer = figure(api, code, **PERIOD)
        assert (answer["numerator"], answer["denominator"], answer["n"]) == (left, 21000, 2)
        assert (answer["value"], answer["rates"]["of"]) == (near(left / 21000), "opening")
    by_product = figure(api, "gross-revenue-retention", grain="product", **PERIOD)
    assert (by_product["numerator"], by_product["denominator"]) == (21000, 21000)


def test_a_day_without_a_rate_is_refused_by_its_name(api, book):
    book.rates.filter(currency="EUR", starts_on="2025-03-01").delete()
    book.rates.filter(currency="EUR", starts_on="2025-02-01").update(ends_on="2025-03-01")

    refused = api.get("/api/v1/metrics/mrr-movements/", PERIOD)

    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert error["code"] == "no_rate"
    assert error["message"] == "The rate table bank has no rate of EUR for 2025-03-01."
    only = figure(api, "mrr-movements", currency="JPY", **PERIOD)
    assert (only["value"], only["currency"]) == (13000, "USD")
    unknown = api.get("/api/v1/metrics/arpa/", {"rates": "bonk"}).json()["errors"][0]
    assert (unknown["code"], unknown["message"]) == ("unknown_code", "There is no rate table bonk.")


def test_an_answer_follows_its_rates_and_who_offers_them_says_so(api, book):
    assert figure(api, "arpa", on="2025-01-10", rates="bank")["numerator"] == 21000

    book.rates.filter(currency="EUR", starts_on="2024-12-01").update(rate=2)

    assert figure(api, "arpa", on="2025-01-10", rates="bank")["numerator"] == 30000
    offered = {code for code, metric in metrics.items() if "rates" in metric.parameters}
    assert offered == OFFERED
    for code in offered:
        assert metrics[code].money
        assert metrics[code].reads.join
        assert metrics[code].reads.rates_of in ("own_day", "opening", "day")
    table = api.get("/api/v1/metrics/mrr-movements/", {**PERIOD, "format": "csv"})
    assert ",churn,fx,closing," in table.content.decode()
    picture = api.get("/api/v1/metrics/mrr-movements/", {**PERIOD, "format": "svg"})
    assert "fx: -$15" in picture.content.decode()


def test_what_is_left_of_rounding_goes_to_the_largest_remainders():
    assert shared({"a": Decimal("0.4"), "b": Decimal("0.6"), "fx": 0}, 1) == {
        "a": 0,
        "b": 1,
        "fx": 0,
    }
    assert shared({"a": Decimal("-0.5"), "b": Decimal("0.5")}, 0) == {"a": 0, "b": 0}
    assert shared({"a": Decimal("1.5")}, 1) == {"a": 1}
    assert [whole(Decimal(text)) for text in ("0.5", "-0.5", "1.49")] == [1, -1, 1]


rates = st.lists(
    st.tuples(st.integers(1, 45), st.integers(1, 3_000_000)), max_size=5, unique_by=lambda r: r[0]
).map(sorted)
targets = st.sampled_from(["USD", "JPY", "EUR"])


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories, windows, targets, rates, rates)
def test_opening_movements_and_rates_make_the_closing(api, story, window, target, euro, dollar):
    first, then = story
    with transaction.atomic():
        book = Book()
        with recording():
            for name, *facts in first:
                getattr(book, name)(*facts)
        for name, *facts in then:
            getattr(book, name)(*facts)
        course = {"EUR": told(euro), "USD": told(dollar)}
        table = RateTableFactory(code="any", currency=target)
        level = RateTableFactory(code="one", currency="GBP")
        for currency, steps in course.items():
            if currency != target:
                rated(table, currency, *steps)
            rated(level, currency, (START - 400 * DAY, "1"))
        check(api, Oracle(book), target, course, *window)
        transaction.set_rollback(True)


def told(steps) -> list[tuple[date, str]]:
    begun = [(START - 400 * DAY, "0.9"), *((START + n * DAY, f"{r / 10**6}") for n, r in steps)]
    return [(day, f"{Decimal(rate):f}") for day, rate in begun]


def check(api, oracle: Oracle, target: str, course: dict, start: date, end: date) -> None:
    def worth(account: int, cents: int, on: date) -> Decimal:
        currency = CURRENCIES[account]
        if currency == target:
            return Decimal(cents)
        rate = [rate for since, rate in course[currency] if since <= on][-1]
        return cents * Decimal(rate) / (100 if target == "JPY" else 1)

    def check_row(answer: dict, accounts: list[int]) -> None:
        (row,) = answer["rows"]
        ends = [
            sum(worth(a, oracle.mrr(a, on), on) for a in accounts)
            for on in (start - DAY, end - DAY)
        ]
        assert [row["opening"], row["closing"]] == [
            int(Decimal(each).quantize(Decimal(1), ROUND_HALF_UP)) for each in ends
        ]
        for kind in KINDS:
            exact = sum(
                worth(a, oracle.moves([a], day, day + DAY)[kind], day)
                for a in accounts
                for day in days_of(start, end)
            )
            assert abs(row[kind] - exact) < 1
        moved = sum(
            worth(a, oracle.mrr(a, day - DAY), day) - worth(a, oracle.mrr(a, day - DAY), day - DAY)
            for a in accounts
            for day in days_of(start, end)
        )
        assert abs(row["fx"] - moved) < 1
        assert row["opening"] + sum(row[kind] for kind in (*KINDS, "fx")) == row["closing"]
        assert sum(answer["parts"].values()) == row["expansion"] + row["contraction"]
        assert row["reconciles"] is True

    asked = {"start": start.isoformat(), "end": end.isoformat()}
    answer = figure(api, "mrr-movements", rates="any", group_by="segment", **asked)
    check_row(answer, oracle.chosen(start, end))
    for group in answer["groups"]:
        check_row(group, oracle.chosen(start, end, segment=group["key"]["segment"]))
    check_row(figure(api, "mrr-movements", rates="any", **asked), oracle.chosen(start, end))

    (level,) = figure(api, "mrr-movements", rates="one", **asked)["rows"]
    plain = figure(api, "mrr-movements", group_by="currency", **asked)["groups"]
    assert level["fx"] == 0
    for name in ("opening", *KINDS, "closing"):
        assert level[name] == sum(group["rows"][0][name] for group in plain)

    before = [(a, oracle.mrr(a, start - DAY)) for a in oracle.accounts]
    opening = [(a, paid) for a, paid in before if paid]
    for code, left in (("net-revenue-retention", lambda x, y: y), ("gross-revenue-retention", min)):
        answer = figure(api, code, rates="any", **asked)
        kept = sum(worth(a, left(x, oracle.mrr(a, end - DAY)), start - DAY) for a, x in opening)
        was = sum(worth(a, x, start - DAY) for a, x in opening)
        assert answer["value"] == (near(float(kept / was)) if opening else None)


def test_kept_columns_are_read_where_queries_are_told(api, book):
    fold()
    keeping._read.clear()

    with CaptureQueriesContext(connection):  # as DEBUG does
        assert figure(api, "arpa", on="2025-01-10", rates="bank")["numerator"] == 21000
