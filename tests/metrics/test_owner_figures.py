"""S89, S90: what became of each owner's customers, growth beside loss, and nobody ranked."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from accounts.models import Assignment, OwnerRole
from accounts.subscriptions import end_line
from metrics.folding import fold
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    MemberFactory,
    SubscriptionFactory,
    UserFactory,
    owned_by,
)
from tests.factories.figures import figure
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db

YEAR = {"start": "2025-01-01", "end": "2026-01-01"}
BEFORE, START = date(2024, 12, 31), date(2025, 1, 1)


def customer(amount: int, *, starts_on: date = date(2024, 3, 1), ends_on: date | None = None):
    subscription = SubscriptionFactory()
    line = LineFactory(subscription=subscription, amount=amount, starts_on=starts_on)
    if ends_on:
        end_line(line=line, on=ends_on)
    return subscription.account


def more(account, amount: int, starts_on: date) -> None:
    LineFactory(
        subscription=account.subscriptions.get(),
        charge=ChargeFactory(),
        amount=amount,
        starts_on=starts_on,
    )


def book(client, **asked) -> dict[int, dict]:
    answer = figure(client, "owner-book", **{**YEAR, **asked})
    return {row["owner"]: row for row in answer["rows"]}


def test_s89_and_s90_a_book_by_hand(api):
    """100 grows by 50, 200 leaves, 80 comes: 300 becomes 150, and 80 of 130 won are new."""
    owner = UserFactory()
    grown, lost = customer(100), customer(200, ends_on=date(2025, 6, 1))
    come = customer(80, starts_on=date(2025, 4, 1))
    more(grown, 50, date(2025, 8, 1))
    for account in (grown, lost, come):
        owned_by(owner, account=account)

    row = book(api)[owner.pk]

    expected = {
        "accounts": 2,
        "opening": 30_000,
        "closing": 15_000,
        "nrr": 0.5,
        "grr": pytest.approx(1 / 3),
        "expansion": 5_000,
        "new": 8_000,
        "new_logo_share": pytest.approx(8 / 13),
    }
    assert {name: row[name] for name in expected} == expected


def test_the_owner_is_that_of_the_opening_day(api):
    before, after, account = UserFactory(), UserFactory(), customer(100)
    owned_by(before, account=account)
    owned_by(after, account=account, starts_on=START)

    assert book(api).keys() == {before.pk}
    assert book(api, start="2025-01-02", end="2026-01-01").keys() == {after.pk}


def test_who_comes_in_the_period_is_their_owners_of_that_day(api):
    first, later = UserFactory(), UserFactory()
    account = customer(80, starts_on=date(2025, 4, 1))
    owned_by(first, account=account)
    owned_by(later, account=account, starts_on=date(2025, 4, 2))

    assert [(owner, row["new"]) for owner, row in book(api).items()] == [(first.pk, 8_000)]


def test_an_account_with_two_owners_is_in_both_books_and_once_in_the_whole(api):
    account = customer(100)
    owners = [
        owned_by(UserFactory(), account=account, role=role) and role for role in ("csm", "ae")
    ]

    answer = figure(api, "owner-book", **YEAR)

    assert len(answer["rows"]) == len(owners) == 2
    assert (answer["n"], answer["denominator"]) == (1, 10_000)


def test_who_looks_after_one_product_owns_no_account(api):
    account = customer(100)
    Assignment.objects.create(
        account=account,
        product=account.lines.get().product,
        role=OwnerRole.SPECIALIST,
        member=MemberFactory(),
        starts_on=date(2020, 1, 1),
    )

    assert book(api) == {}


def test_a_new_owner_changes_the_answer_at_once(api):
    account = customer(100)
    assert book(api) == {}
    owner = UserFactory()
    owned_by(owner, account=account)

    assert book(api).keys() == {owner.pk}


def test_s89_and_s90_nobody_is_ranked_and_growth_is_never_told_alone(api):
    best, worst = UserFactory(), UserFactory()
    for owner, ends_on in ((worst, date(2025, 2, 1)), (best, None)):
        owned_by(owner, account=customer(100, ends_on=ends_on))

    answer = figure(api, "owner-book", **YEAR)

    assert [row["owner"] for row in answer["rows"]] == sorted((best.pk, worst.pk))
    for row in answer["rows"]:
        assert row.keys() >= {"nrr", "grr", "expansion"}
        assert not {"rank", "place", "score"} & row.keys()
    assert "INSUFFICIENT_SUPPORT" in [warning["code"] for warning in answer["warnings"]]


def paid(lines, day: date) -> int:
    return sum(
        line.mrr
        for line in lines
        if line.starts_on <= day and (line.ends_on is None or day < line.ends_on)
    )


def walked(account) -> tuple[list[int], date | None]:
    """Opening, closing, new and expansion of an account, and the day whose owners it belongs to:
    by every day of the year."""
    lines = list(account.lines.standing())
    days = [BEFORE + timedelta(days=n) for n in range(366)]
    course = [paid(lines, day) for day in days]
    belongs = next((day for day, money in zip(days, course, strict=True) if money), None)
    steps = list(pairwise(course))
    before = any(paid(lines, date(2024, month, 1)) for month in range(1, 13))
    came = [after for before, after in steps if not before and after]
    new = came[0] if came and not before and not course[0] else 0
    grown = sum(after - before for before, after in steps if after > before > 0)
    return [course[0], course[-1] if course[0] else 0, new, grown], belongs


@pytest.mark.parametrize("folded", [False, True])
def test_books_are_what_adding_up_day_by_day_finds(api, folded):
    """An oracle that knows lines and assignments, and walks through every day of the year."""
    dice = Random(11)  # noqa: S311
    members = [MemberFactory() for _ in range(3)]
    accounts = []
    for _ in range(12):
        account = customer(
            dice.randrange(10, 90),
            starts_on=date(2024, 6, 1) + timedelta(days=dice.randrange(400)),
            ends_on=dice.choice([None, None, date(2025, 9, 1)]),
        )
        if dice.random() < 0.6:
            more(account, dice.randrange(5, 50), date(2025, 10, 1))
        owned_by(dice.choice(members).user, account=account)
        if dice.random() < 0.5:
            since = BEFORE - timedelta(days=30) + timedelta(days=dice.randrange(60))
            owned_by(dice.choice(members).user, account=account, starts_on=since, role="am")
        accounts.append(account)
    if folded:
        fold()

    expected: dict[int, list[int]] = {}
    for account in accounts:
        facts, belongs = walked(account)
        owners = Assignment.objects.in_force(on=belongs or BEFORE).filter(account=account)
        for user in {each.member.user_id for each in owners if belongs}:
            known = expected.setdefault(user, [0, 0, 0, 0])
            expected[user] = [a + b for a, b in zip(known, facts, strict=True)]

    assert {
        owner: [row[name] for name in ("opening", "closing", "new", "expansion")]
        for owner, row in book(api).items()
    } == expected


def test_a_seller_sees_their_own_customers_in_their_colleagues_books_only(api):
    seller, colleague = of_role("sales"), UserFactory()
    mine, theirs = customer(100), customer(300)
    owned_by(seller, account=mine, role="ae")
    owned_by(colleague, account=mine, role="csm")
    owned_by(colleague, account=theirs, role="csm")

    assert {owner: row["opening"] for owner, row in book(program_of(seller)).items()} == {
        seller.pk: 10_000,
        colleague.pk: 10_000,
    }
    assert book(api, owner=colleague.pk)[colleague.pk]["opening"] == 40_000


def test_books_in_several_currencies_are_told_one_by_one(api):
    owner = UserFactory()
    owned_by(owner, account=customer(100))
    euro = SubscriptionFactory(account=AccountFactory(currency="EUR"))
    LineFactory(subscription=euro, amount=70, starts_on=date(2024, 1, 1))
    owned_by(owner, account=euro.account)

    answer = figure(api, "owner-book", **YEAR)

    assert answer["value"] is None
    assert {
        group["currency"]: [row["opening"] for row in group["rows"]] for group in answer["groups"]
    } == {"USD": [10_000], "EUR": [7_000]}
