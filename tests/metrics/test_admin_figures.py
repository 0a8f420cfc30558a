"""The figures of the home page and of a product's page."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.admin.formatting import interval, money, number, percent, whole
from metrics.admin import attach, overview
from metrics.admin.drawing import shares, spark
from metrics.admin.matrix import MARKS, cells, largest, matrix
from metrics.stretches import months_before
from portfolio.models import Product
from tests.factories import AccountFactory, LineFactory, ProductFactory, SubscriptionFactory
from tests.factories.books import bring

BOOK = """
    ann crm pro 2023-01-01 - 10000
    ann desk pro 2023-02-01 - 5000
    bob crm pro 2023-01-01 - 10000
    cy desk pro 2024-06-01 - 5000
"""


@pytest.fixture
def book(tmp_path, db):
    bring(tmp_path, items=BOOK, create_accounts=True)


def pair(first: str, second: str, affinity: str = "moderate", **facts) -> dict:
    """A row of the attach rates, in the shape of the API."""
    return {
        "from": first,
        "to": second,
        "holders": 412,
        "both": 177,
        "rate": 177 / 412,
        "low": 0.38,
        "high": 0.48,
        "base_rate": 0.31,
        "lift": 1.39,
        "affinity": affinity,
        "class_is_firm": True,
        **facts,
    }


def product(code: str, role: str = "attach") -> Product:
    return Product(pk=int.from_bytes(code.encode()), code=code, name=code.title(), role=role)


def test_home_without_customers_says_how_to_get_some(admin_client):
    answer = admin_client.get("/admin/")

    assert "manage.py import_book" in answer.text
    assert "manage.py demo" in answer.text


def figures(answer) -> dict:
    """What the panel of figures shows."""
    return next(panel["data"] for panel in answer.context["panels"] if "cards" in panel["data"])


def test_home_shows_the_figures_of_the_day(admin_client, book):
    shown = figures(admin_client.get("/admin/", {"on": "2025-01-15"}))

    told = {card.title: card.value for card in shown["cards"]}
    assert told == {
        "Customers": "3",
        "Products per customer": "1.33",
        "With two or more": "33\N{NO-BREAK SPACE}%",
        "Revenue from them": "50\N{NO-BREAK SPACE}%",
        "Recurring revenue": "$300",
    }
    assert [(bar["products"], bar["customers"]) for bar in shown["bars"]] == [(1, 2), (2, 1)]


def test_home_goes_back_to_a_day(admin_client, book):
    shown = figures(admin_client.get("/admin/", {"on": "2023-01-15"}))

    assert shown["cards"][0].value == "2"
    assert "as of 2023-01-15" in admin_client.get("/admin/", {"on": "2023-01-15"}).text


@pytest.mark.parametrize("on", ["yesterday", "2025-02-30", "99999-01-01", "\0", "0001-01-01"])
def test_a_day_that_is_none_is_explained_and_today_is_shown(admin_client, on):
    answer = admin_client.get("/admin/", {"on": on})

    assert answer.status_code == 200
    assert "is not a day such as" in answer.text


@pytest.mark.parametrize("on", ["2000-01-01", "2199-12-31"])
def test_the_ends_of_the_calendar_are_days_too(admin_client, book, on):
    assert admin_client.get("/admin/", {"on": on}).status_code == 200


def test_money_of_several_currencies_is_never_added_up(admin_client):
    for currency in ("EUR", "USD"):
        account = AccountFactory(currency=currency)
        LineFactory(subscription=SubscriptionFactory(account=account), amount=Decimal(100))

    cards = figures(admin_client.get("/admin/"))["cards"]

    assert [(card.title, card.value) for card in cards[3:]] == [
        ("MRR in EUR", "€100"),
        ("MRR in USD", "$100"),
    ]


def test_every_figure_says_where_it_comes_from(admin_client, book):
    answer = admin_client.get("/admin/", {"on": "2025-01-15"})

    for code in (overview.HELD, overview.MIX, attach.CODE):
        url = f"/api/v1/metrics/{code}/?on=2025-01-15"
        assert f'href="{url}"' in answer.text
        assert admin_client.get(url).status_code == 200


def test_the_second_visit_asks_next_to_nothing(admin_client, book):
    admin_client.get("/admin/")

    with CaptureQueriesContext(connection) as queries:
        admin_client.get("/admin/")

    # Findings and what waits for whom are asked anew; no figure is.
    assert len(queries) <= 45
    assert not [each for each in queries if "ledgerentry" in each["sql"]]


def test_a_figure_that_cannot_be_had_leaves_the_rest_of_the_page(admin_client, book, monkeypatch):
    def late(*args, **parameters):
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(overview, "ask", late)

    answer = admin_client.get("/admin/", {"on": "2025-01-15"})

    assert "did not answer in time" in answer.text
    assert "Attach rates" in answer.text


def test_the_map_tells_its_four_classes_without_colour():
    products = {code: product(code) for code in ("crm", "desk", "mail")}
    rows = [
        pair("crm", "desk", "strong"),
        pair("desk", "crm", "moderate"),
        pair("crm", "mail", "weak"),
        pair("mail", "crm", "insufficient", holders=7),
    ]

    page = render_to_string(
        "metrics/heatmap.html",
        {"data": {"rows": matrix(cells(rows, products)), "marks": MARKS}},
    )

    for affinity, mark in MARKS.items():
        assert f'class="pt-{affinity}"' in page
        assert f"{mark}</span>{'n=7' if affinity == 'insufficient' else '43'}" in page


def test_a_pair_is_read_in_words():
    products = {code: product(code) for code in ("crm", "desk")}
    (cell,) = cells([pair("crm", "desk")], products)

    assert cell.words.replace("\N{NO-BREAK SPACE}", " ") == (
        "Of 412 customers with Crm, 43 % (177) also hold Desk."
    )
    assert "lift 1.39: moderate" in cell.title


def test_a_class_on_the_edge_says_so():
    products = {code: product(code) for code in ("crm", "desk")}
    (cell,) = cells([pair("crm", "desk", "strong", class_is_firm=False)], products)

    assert cell.judgement == "strong, not firmly"


def test_the_map_goes_by_role_and_then_by_size():
    roles = {"a": "sunset", "b": "attach", "c": "attach", "d": "anchor"}
    products = {code: product(code, role) for code, role in roles.items()}
    rows = [
        pair(code, "d" if code != "d" else "a", holders=holders)
        for code, holders in {"a": 900, "b": 10, "c": 20, "d": 5}.items()
    ]

    assert [row.product.code for row in matrix(cells(rows, products))] == ["d", "c", "b", "a"]


def test_of_forty_products_the_thirty_most_held_make_the_square():
    holders = {f"p{n:02}": 100 + n for n in range(40)}
    products = {code: product(code) for code in holders}
    rows = [pair(a, b, holders=holders[a]) for a in products for b in products if a != b]

    shown, left_out = largest(rows)
    square = matrix(cells(shown, products))

    assert left_out == 10
    assert [row.product.code for row in square] == [f"p{n}" for n in range(39, 9, -1)]
    assert [len(row.cells) for row in square] == [30] * 30


def test_the_map_of_few_leaves_nothing_out():
    rows = [pair("crm", "desk"), pair("desk", "crm")]

    assert largest(rows) == (rows, 0)


def test_a_product_one_may_not_see_is_in_no_pair():
    assert cells([pair("crm", "secret")], {"crm": product("crm")}) == []


def test_the_page_of_a_product_shows_both_ways(admin_client, book):
    crm = Product.objects.get(code="crm")

    page = admin_client.get(
        reverse("admin:portfolio_product_change", args=[crm.pk]), {"on": "2025-01-15"}
    )

    text = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "What customers of crm hold beside it" in text
    assert "2 customers with crm are too few to judge; 1 also hold desk." in text
    assert "2 customers with desk are too few to judge; 1 also hold crm." in text


def test_a_product_without_customers_says_so(admin_client, db):
    page = admin_client.get(reverse("admin:portfolio_product_change", args=[ProductFactory().pk]))

    assert "so there is no rate yet" in page.text


def test_a_trend_draws_what_is_known():
    chart = shares({"a": [0.5, None, 0.7]}, ["2025-01", "2025-02", "2025-03"], [(0.4, 0.6)])

    assert [dot.value for dot in chart.lines[0].dots] == [0.5, 0.7]
    assert [tick.text for tick in chart.up] == ["0%", "25%", "50%", "75%"]
    assert spark([None, 1]) is None


def test_the_trend_begins_two_years_before():
    assert months_before(date(2025, 3, 15), 24) == date(2023, 3, 1)


def test_figures_are_written_for_people():
    assert money(Decimal("19.000000"), "EUR") == "€19.00"
    assert money(Decimal("0.003500"), "USD") == "$0.0035"
    assert whole(123456, "JPY") == "¥123,456"
    assert whole(None, "JPY") == number(None) == "–"
    assert interval({"low": 0.41, "high": 0.449}) == "41–45\N{NO-BREAK SPACE}%"
    assert percent(0.004, 1) == "0.4\N{NO-BREAK SPACE}%"
