"""Figures of whoever sees some accounts tell of those, and of no others."""

from datetime import date

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from accounts.models import Account, Member
from accounts.profiles import classify
from accounts.subscriptions import end_line
from metrics.folding import fold
from metrics.registry import metrics
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    MemberFactory,
    SegmentFactory,
    SubscriptionFactory,
    TeamFactory,
    UserFactory,
    owned_by,
)
from tests.factories.figures import facts, figure
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 1)
CHARGES = 3


@pytest.fixture
def charges():
    return [ChargeFactory(plan__product__code=f"p{n}") for n in range(CHARGES)]


@pytest.fixture
def customer(charges):
    """Makes an account that holds the first so many products, each for so much."""

    def make(products: int, amount: int = 100) -> Account:
        account = AccountFactory()
        subscription = SubscriptionFactory(account=account)
        for number, charge in enumerate(charges[:products]):
            starts_on = date(2024, 1 + number, 10)
            LineFactory(
                subscription=subscription, charge=charge, amount=amount, starts_on=starts_on
            )
        return account

    return make


@pytest.fixture
def book(customer):
    """A seller with three accounts, and others that would show in every figure."""
    seller = of_role("sales")
    for products, amount in ((1, 10), (2, 20), (3, 40)):
        owned_by(seller, account=customer(products, amount))
    for _ in range(4):
        owned_by(UserFactory(), account=customer(3, 9000))
    customer(2, 500)
    return seller


def by_hand(seller) -> list[tuple[int, int]]:
    """Products and revenue of each account, counted from the lines of those one owns."""
    found = []
    for account in Account.objects.filter(assignments__member__user=seller):
        lines = account.lines.live(on=ON)
        found.append((len({line.product_id for line in lines}), sum(line.mrr for line in lines)))
    return [pair for pair in found if pair[1]]


@pytest.mark.parametrize("folded", [False, True])
def test_a_sellers_figures_are_those_of_their_accounts(book, folded):
    if folded:
        fold()
    client, mine = program_of(book), by_hand(book)

    held = figure(client, "products-per-customer", on=ON)
    mix = figure(client, "multi-product-revenue-mix", on=ON)
    pairs = figure(client, "attach-rate", on=ON)["rows"]

    assert (held["n"], held["numerator"]) == (len(mine), sum(products for products, _ in mine))
    assert mix["denominator"] == sum(mrr for _, mrr in mine)
    assert mix["numerator"] == sum(mrr for products, mrr in mine if products > 1)
    assert {(row["from"], row["holders"], row["both"]) for row in pairs if row["to"] == "p0"} == {
        ("p1", 2, 2),
        ("p2", 1, 1),
    }


HOW = {"day": "on", "series": "interval", "groups": "group_by", "product": "product"}


@pytest.mark.parametrize(
    ("code", "how"),
    [
        (code, how)
        for code in metrics
        for how, takes in HOW.items()
        if takes in metrics[code].parameters
    ],
)
def test_who_owns_every_account_gets_what_everybody_gets(book, code, how):
    owner = of_role("csm")
    segment = SegmentFactory()
    for account in Account.objects.all():
        owned_by(owner, account=account, role="specialist")
    end_line(line=Account.objects.first().lines.first(), on=date(2025, 6, 5))
    classify(account=Account.objects.last(), segment=segment, region=None, starts_on=ON)
    asked = {
        "day": {"on": ON},
        "series": {"start": "2024-01-01", "end": "2026-03-01", "interval": "month"},
        "groups": {"on": ON, "group_by": "segment"},
        "product": {"on": ON, "product": "p1"},
    }[how]
    fold()

    assert facts(figure(program_of(owner), code, **asked)) == facts(
        figure(program_of(of_role("viewer")), code, **asked)
    )


@pytest.mark.parametrize("code", metrics)
def test_what_others_do_changes_no_figure_of_mine(book, customer, code):
    client = program_of(book)
    before = figure(client, code, on=ON)
    owned_by(UserFactory(), account=customer(3, 70_000))
    caches["metrics"].clear()

    assert facts(figure(client, code, on=ON)) == facts(before)


@pytest.mark.parametrize(
    ("role", "code"),
    [
        *(("sales", code) for code in metrics),
        *((role, "arpa") for role in ("csm", "sales_manager")),
    ],
)
def test_who_owns_nothing_gets_nothing(book, role, code):
    answer = figure(program_of(of_role(role)), code, on=ON)

    assert (answer["value"], answer["n"]) == (None, 0)
    assert [warning["code"] for warning in answer["warnings"]] == ["ZERO_DENOMINATOR"]


def test_a_managers_figures_are_those_of_the_team(book, customer):
    manager, team = of_role("sales_manager"), TeamFactory()
    MemberFactory(user=manager, team=team)
    for products in (1, 1, 2):
        owned_by(UserFactory(), account=customer(products), team=team)

    held = figure(program_of(manager), "products-per-customer", on=ON)

    assert (held["n"], held["numerator"]) == (3, 4)


def test_a_tag_belongs_to_one_person(book):
    url = f"/api/v1/metrics/products-per-customer/?on={ON}"
    tag = program_of(book).get(url)["ETag"]
    other = of_role("sales")

    assert program_of(book).get(url, headers={"If-None-Match": tag}).status_code == 304
    for stranger in (other, of_role("viewer")):
        answer = program_of(stranger).get(url, headers={"If-None-Match": tag})
        assert (answer.status_code, answer["ETag"] == tag) == (200, False)


def another(seller):
    owned_by(seller)


def given_away(seller):
    account = Account.objects.filter(assignments__member__user=seller).first()
    owned_by(UserFactory(), account=account, starts_on=date(2026, 1, 1))


def left(seller):
    Member.objects.filter(user=seller).update(ends_on=date(2026, 1, 1))


def promoted(seller):
    seller.groups.set(of_role("viewer").groups.all())


@pytest.mark.parametrize("change", [another, given_away, left, promoted])
def test_a_change_of_what_is_seen_is_a_new_answer(book, change):
    url, client = f"/api/v1/metrics/products-per-customer/?on={ON}", program_of(book)
    tag = client.get(url)["ETag"]
    with travel("2026-02-01T12:00:00Z"):
        change(book)
        answer = client.get(url, headers={"If-None-Match": tag})

    assert answer.status_code == 200


def test_a_figure_costs_the_same_however_many_are_owned(book):
    client, counts = program_of(book), []
    for more in (1, 10):
        for _ in range(more):
            owned_by(book)
        with CaptureQueriesContext(connection) as queries:
            figure(client, "attach-rate", on=ON)
        counts.append(len(queries))

    assert counts[0] >= counts[1]
