"""Lists as they are on a day, and the one control that asks for it."""

import re
from datetime import date
from functools import partial

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.profiles import classify
from accounts.subscriptions import end_line
from tests.config.audit import trail
from tests.factories import (
    AccountFactory,
    BundleFactory,
    ChargeFactory,
    LineFactory,
    PlanFactory,
    PlanVersionFactory,
    ProductFactory,
    SegmentFactory,
    SubscriptionFactory,
    ThresholdFactory,
    UserFactory,
    owned_by,
    program,
)
from tests.factories.exchange import ExchangeRateFactory
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db
BEFORE, DAY, AFTER = "2023-06-01", "2024-06-01", "2025-06-01"
FIRST, LAST = date(2024, 1, 1), date(2025, 1, 1)


def profile():
    account = AccountFactory()
    classify(account=account, segment=SegmentFactory(), region=None, starts_on=FIRST)
    return classify(account=account, segment=SegmentFactory(), region=None, starts_on=LAST)


def line():
    return end_line(line=LineFactory(starts_on=FIRST, amount=1), on=LAST)


def assignment():
    account = owned_by(UserFactory(), starts_on=FIRST)
    owned_by(UserFactory(), account=account, starts_on=LAST)


# A row that applies from the first to the last day, of every list that is narrowed to a day.


def of_those_days(table: str) -> None:
    """A row of a table, in the days that all rows here have."""
    row = trail.MAKERS[table]()
    row.starts_on, row.ends_on = FIRST, LAST
    row.save()


def price() -> None:
    book, charge = PriceBookFactory(), ChargeFactory()
    for day in (FIRST, LAST):
        published(book, flat(charge, 1), on=day)


DATED = (
    "pricing_burnrate",
    "accounts_creditgrant",
    "accounts_incentiveredemption",
    "accounts_experiment",
    "accounts_member",
    "accounts_absence",
    "accounts_namedaccount",
    "accounts_entitlementoverride",
    "accounts_trial",
    "accounts_pricelock",
    "accounts_entitlementlock",
)
MAKERS = {
    **{table.replace("_", "."): partial(of_those_days, table) for table in DATED},
    "pricing.price": price,
    "pricing.exchangerate": lambda: ExchangeRateFactory(starts_on=FIRST, ends_on=LAST),
    "portfolio.threshold": lambda: ThresholdFactory(code="cut", starts_on=FIRST, ends_on=LAST),
    "pricing.planversion": lambda: PlanVersionFactory(starts_on=FIRST, ends_on=LAST),
    "accounts.subscription": lambda: SubscriptionFactory(starts_on=FIRST, ends_on=LAST),
    "accounts.subscriptionline": line,
    "accounts.accountprofile": profile,
    "accounts.assignment": assignment,
}
SOLD = {"available_from": FIRST, "end_of_sale_on": LAST}
STATUSES = {
    "portfolio.product": lambda: ProductFactory(code="x-1", **SOLD),
    "pricing.plan": lambda: PlanFactory(code="x-1", **SOLD),
    "pricing.tier": lambda: PlanFactory(code="x-1", **SOLD),
    "pricing.addon": lambda: PlanFactory(code="x-1", kind="add_on", **SOLD),
    "pricing.capacity": lambda: PlanFactory(code="x-1", kind="capacity", **SOLD),
    "pricing.bundle": lambda: BundleFactory(code="x-1", **SOLD),
    "pricing.platform": lambda: BundleFactory(code="x-1", kind="platform", **SOLD),
    "pricing.creditpack": lambda: BundleFactory(code="x-1", kind="credit_pack", **SOLD),
}


def listed(client, label: str, **query):
    answer = client.get(reverse(f"admin:{label.replace('.', '_')}_changelist"), query)
    assert answer.status_code == 200, (label, query, answer.status_code)
    return answer


def rows(answer) -> list:
    return list(answer.context["cl"].result_list)


def cells(answer, label: str) -> list[str]:
    """What the column of the status shows."""
    page = admin.site._registry[type(rows(answer)[0])]
    name = "standing" if label in MAKERS else "status"
    return [str(getattr(page, name)(row)) for row in rows(answer)]


def test_s128_every_list_of_dated_rows_is_tried_here():
    dated = {
        model._meta.label_lower: page.as_of
        for model, page in admin.site._registry.items()
        if page.as_of
    }

    assert dated.keys() == MAKERS.keys() | STATUSES.keys()


@pytest.mark.parametrize("label", MAKERS)
def test_a_list_has_the_rows_of_the_day(label, admin_client):
    MAKERS[label]()
    given = {"code": "cut"} if label == "portfolio.threshold" else {}
    of_mine = {"q": "cut"} if given else {}

    assert FIRST in [row.starts_on for row in rows(listed(admin_client, label, on=DAY, **of_mine))]
    for other in (BEFORE, AFTER):
        found = rows(listed(admin_client, label, on=other, **of_mine))
        assert FIRST not in [row.starts_on for row in found]


@pytest.mark.parametrize("label", MAKERS)
def test_without_a_day_all_rows_are_there_with_how_they_stand_today(label, admin_client):
    MAKERS[label]()

    answer = listed(admin_client, label)

    shown = dict(zip([row.starts_on for row in rows(answer)], cells(answer, label), strict=True))
    assert shown[FIRST] == "Over"


@pytest.mark.parametrize("label", STATUSES)
def test_what_is_sold_stays_with_its_status_on_the_day(label, admin_client):
    STATUSES[label]()

    for on, status in ((BEFORE, "Scheduled"), (DAY, "On sale"), (AFTER, "Closed for sale")):
        answer = listed(admin_client, label, on=on, q="x-1")
        assert cells(answer, label) == [status]
        assert status in answer.text


@pytest.mark.parametrize("label", STATUSES)
def test_the_filter_by_status_means_the_day(label, admin_client):
    STATUSES[label]()

    assert rows(listed(admin_client, label, status="on_sale", on=DAY, q="x-1"))
    assert not rows(listed(admin_client, label, status="on_sale", on=AFTER, q="x-1"))


def test_the_control_shows_the_day_and_the_way_back(admin_client):
    ProductFactory(role="anchor")

    answer = listed(admin_client, "portfolio.product", on=DAY, role__exact="anchor", q="pro")

    assert f'name="on" value="{DAY}"' in answer.text
    assert f"as of {DAY}" in answer.text
    chip = re.search(r'class="pt-chip" href="([^"]*)"', answer.text)[1].replace("&amp;", "&")
    assert "on=" not in chip
    assert {"role__exact=anchor", "q=pro"} <= {*chip.strip("?").split("&")}
    today = listed(admin_client, "portfolio.product")
    assert f'name="on" value="{timezone.localdate()}"' in today.text
    assert "pt-chip" not in today.text


def test_paging_search_filters_and_order_keep_the_day(admin_client):
    for _ in range(51):
        ProductFactory(role="anchor")

    answer = listed(admin_client, "portfolio.product", on=DAY, role__exact="anchor")

    links = re.findall(r'href="(\?[^"]*)"', answer.text)
    paging = [link for link in links if re.search(r"[?&;]p=2", link)]
    ordering = [link for link in links if re.search(r"[?&;]o=", link)]
    assert paging
    assert ordering
    assert all(f"on={DAY}" in link for link in [*paging, *ordering])
    forms = re.findall(r'<input[^>]*name="on"[^>]*>', answer.text)
    assert len(forms) >= 3  # the control itself, the search and the filters
    assert all(DAY in form for form in forms)
    second = listed(admin_client, "portfolio.product", on=DAY, p=2)
    assert f"as of {DAY}" in second.text


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01", "1024-01-01", "\0", "9" * 99])
def test_a_day_that_is_none_is_said_and_means_today(text, admin_client):
    ThresholdFactory(code="cut", starts_on=FIRST, ends_on=LAST)

    answer = listed(admin_client, "portfolio.threshold", on=text)

    assert "is not a day such as" in answer.text
    assert FIRST in [row.starts_on for row in rows(answer)]


def test_a_list_that_knows_no_days_refuses_the_question(admin_client):
    answer = admin_client.get("/admin/portfolio/segment/", {"on": DAY})

    assert answer.status_code in (302, 400)


def test_the_page_of_a_row_keeps_the_day_of_its_list(admin_client):
    product = ProductFactory(**SOLD)
    listing = listed(admin_client, "portfolio.product", on=AFTER)

    link = re.search(rf'href="([^"]*{product.pk}/change/[^"]*)"', listing.text)[1]
    page = admin_client.get(link.replace("&amp;", "&"))

    assert f"Status on {AFTER}" in page.text
    assert f'name="on" value="{AFTER}"' in page.text


@pytest.mark.parametrize("label", ["portfolio.product", "accounts.subscriptionline"])
def test_a_day_costs_no_query_more(label, admin_client):
    (STATUSES | MAKERS)[label]()
    listed(admin_client, label)
    with CaptureQueriesContext(connection) as today:
        listed(admin_client, label)
    with CaptureQueriesContext(connection) as then:
        listed(admin_client, label, on=DAY)

    assert len(then) <= len(today)


@pytest.mark.parametrize(
    ("path", "maker"),
    [
        ("plans/?status=on_sale", STATUSES["pricing.plan"]),
        ("products/?status=on_sale", STATUSES["portfolio.product"]),
        ("subscriptions/?", MAKERS["accounts.subscription"]),
        ("subscription-lines/?", MAKERS["accounts.subscriptionline"]),
        ("plan-versions/?", MAKERS["pricing.planversion"]),
    ],
)
def test_s128_lists_of_the_api_take_the_day(path, maker):
    maker()
    client = program("viewer")

    def count(on: str) -> int:
        found = client.get(f"/api/v1/{path}&on={on}").json()["results"]
        return sum("code" not in row or row["code"] != "x-2" for row in found)

    assert [count(on) > 0 for on in (BEFORE, DAY, AFTER)] == [False, True, False]


def test_what_is_retired_is_not_on_sale():
    product = ProductFactory(available_from=FIRST, end_of_life_on=LAST)

    on_sale = type(product).objects.on_sale

    assert on_sale(on=date(2024, 6, 1)).exists()
    assert not on_sale(on=LAST).exists()
