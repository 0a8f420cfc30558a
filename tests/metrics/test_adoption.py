"""Which product comes first and which follows, against walking through every account."""

from datetime import date, timedelta
from itertools import combinations, permutations
from statistics import median

import pytest
from django.core.cache import caches
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from accounts.ledger import recording
from tests.factories.books import bring
from tests.factories.figures import figure
from tests.metrics.test_movement_oracle import Oracle
from tests.metrics.test_oracle import CURRENCIES, START, Book, near, stories, wilson
from tests.metrics.test_worked_example import ACCOUNTS, ITEMS

DAY = timedelta(days=1)
BOOK = """
a A base 2024-01-01 - 100
a B base 2024-01-31 - 100
b A base 2024-01-01 2024-02-01 100
b B base 2024-03-01 - 100
b A base 2024-05-01 - 100
c B base 2024-01-01 - 100
c A base 2024-02-01 - 100
d A base 2024-01-01 - 100
d B base 2024-01-01 - 100
e A base 2024-06-01 - 100
"""


def test_ties_count_in_neither_direction(api, db, tmp_path):
    bring(tmp_path, items=BOOK, create_accounts=True)
    answer = figure(api, "adoption-order", on="2024-12-31")
    (row,) = answer["rows"]

    named = ("first", "second", "before", "after", "same_day", "median_lag")
    # a 30 days, b 60, c -31; d on one day; that b took A again is no second first
    assert [row[name] for name in named] == ["A", "B", 2, 1, 1, 30]
    assert (row["share_before"], row["p_value"]) == (pytest.approx(2 / 3), 1)
    assert (answer["numerator"], answer["denominator"], answer["n"]) == (2, 3, 5)


def test_who_had_the_other_before_is_not_at_risk(api, db, tmp_path):
    bring(tmp_path, items=BOOK, create_accounts=True)
    rows = figure(api, "sequential-attach", on="2024-12-31", min_support=1)["rows"]
    found = {(row["from"], row["to"]): row for row in rows}

    named = ("n", "events", "censored", "other_first", "same_day", "median_days")
    # of A: a and b took B later, e not yet; c had B before, d took both at once
    assert [found["A", "B"][name] for name in named] == [3, 2, 1, 1, 1, 60]
    assert [found["B", "A"][name] for name in named] == [1, 1, 0, 2, 1, 31]
    assert found["A", "B"]["by_90"] == near(2 / 3)


@pytest.mark.parametrize("code", ["adoption-order", "sequential-attach", "portfolio-coherence"])
def test_nobody_is_null_with_a_reason(api, db, code):
    answer = figure(api, code, on="2025-12-31")

    assert (answer["value"], answer["rows"]) == (None, [])
    assert [warning["code"] for warning in answer["warnings"]] == ["ZERO_DENOMINATOR"]


def test_coherence_of_the_worked_example(api, db, tmp_path):
    bring(tmp_path, ACCOUNTS, ITEMS)
    answer = figure(api, "portfolio-coherence", on="2025-12-31", min_support=1)

    # CRM 4, MKT 1, DATA 1; CRM and MKT 1, CRM and DATA 1: each 1 of 4, the third 0 of 2
    assert (answer["numerator"], answer["denominator"]) == (2, 10)
    assert answer["observed_over_expected"] == near(2 / (1 + 1 + 1 / 4))
    assert (answer["strong"]["numerator"], answer["strong"]["denominator"]) == (2, 6)
    alone = figure(api, "portfolio-coherence", on="2024-06-30")
    assert alone["value"] is not None
    few = figure(api, "portfolio-coherence", on="2025-12-31")
    assert few["strong"]["value"] is None
    by = figure(api, "portfolio-coherence", on="2025-12-31", group_by="segment")
    assert {group["key"]["segment"] for group in by["groups"]} == {"smb", "ent"}


def firsts(oracle: Oracle, account: int) -> dict[str, date]:
    found = {}
    for row in oracle.book.rows:
        if row["account"] == account and row["cents"] and row["start"] != row["end"]:
            found[row["product"]] = min(row["start"], found.get(row["product"], row["start"]))
    return found


def check_order(answer: dict, people: list[dict[str, date]], on: date) -> None:
    rows = {(row["first"], row["second"]): row for row in answer["rows"]}
    for one, other in combinations("XYZ", 2):
        lags = [
            (held[other] - held[one]).days
            for held in people
            if max(held.get(one, date.max), held.get(other, date.max)) <= on
        ]
        if not lags:
            assert (one, other) not in rows
            continue
        row, apart = rows[one, other], [lag for lag in lags if lag]
        before = sum(lag > 0 for lag in lags)
        assert (row["before"], row["after"]) == (before, len(apart) - before)
        assert row["same_day"] == len(lags) - len(apart)
        assert row["median_lag"] == (median(apart) if apart else None)
        if apart:
            assert (row["low"], row["high"]) == near(wilson(before, len(apart)))
            assert row["p_value"] == near(binomtest(before, len(apart)).pvalue)


def check_sequence(answer: dict, people: list[dict[str, date]], on: date) -> None:
    rows = {(row["from"], row["to"]): row for row in answer["rows"]}
    known = [p for p in "XYZ" if any(held.get(p, date.max) <= on for held in people)]
    for first, then in permutations(known, 2):
        waits = []
        for held in people:
            start, end = held.get(first, date.max), held.get(then, date.max)
            if start <= on and not end <= start:
                waits.append(((min(end, on) - start).days, end <= on))
        if not waits:
            assert (first, then) not in rows
            continue
        row, left, by = rows[first, then], 1.0, None
        assert (row["n"], row["events"]) == (len(waits), sum(done for _, done in waits))
        for day in range(1, 60):
            risk = sum(time >= day for time, _ in waits)
            left *= 1 - sum(done and time == day for time, done in waits) / risk if risk else 1
            by = day if by is None and left <= 0.5 + 1e-9 else by
        assert row["median_days"] == by


def check_second(answer: dict, oracle: Oracle, accounts: list[int], on: date) -> None:
    """Within 45 days nothing is bought back so late that it would be new."""
    immediate, events, censored = 0, [], []
    for account in accounts:
        first = oracle.first(account)
        if first is None or first > on:
            continue
        day, until = first, {}
        while day <= on and not second_on(oracle, account, day, until):
            day += DAY
        if day == first:
            immediate += 1
        else:
            (events if day <= on else censored).append((min(day, on) - first).days)
    counted = (answer["immediate"], answer["events"], answer["censored"])
    assert counted == (immediate, len(events), len(censored))
    assert answer["n"] == sum(counted)
    if not censored:
        assert answer["value"] == (sorted(events)[(len(events) - 1) // 2] if events else None)


def second_on(oracle: Oracle, account: int, day: date, until: dict[str, date]) -> bool:
    """Whether two are held on the day of which one was not just bought back."""
    then, now = oracle.products(account, day - DAY), oracle.products(account, day)
    until |= dict.fromkeys(then.keys() - now.keys(), day)
    return len(now) >= 2 and any(product not in until for product in now.keys() - then.keys())


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories, st.integers(5, 60).map(lambda n: START + n * DAY))
def test_first_days_are_what_walking_through_the_accounts_gives(api, story, on):
    first, then = story
    with transaction.atomic():
        book = Book()
        with recording():
            for name, *facts in first:
                getattr(book, name)(*facts)
        for name, *facts in then:
            getattr(book, name)(*facts)
        oracle = Oracle(book)
        for filters in ({}, {"currency": "USD"}):
            wanted = filters.get("currency")
            accounts = [a for a in oracle.accounts if wanted in (None, CURRENCIES[a])]
            people = [firsts(oracle, account) for account in accounts]
            asked = {"on": on.isoformat(), **filters}
            check_order(figure(api, "adoption-order", **asked), people, on)
            check_sequence(figure(api, "sequential-attach", **asked), people, on)
            answer = figure(api, "time-to-second-product", **asked)
            check_second(answer, oracle, accounts, on)
        transaction.set_rollback(True)
    caches["metrics"].clear()
