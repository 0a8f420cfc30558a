"""Figures of any small book against plain counting, which shares no code with them."""

from collections import Counter
from datetime import date, timedelta
from itertools import permutations
from math import sqrt
from statistics import mean, median

import pytest
from django.core.cache import caches
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import recording
from accounts.profiles import LaterProfile, classify
from accounts.subscriptions import AlreadyEnded, end_line
from metrics.folding import fold
from portfolio.models import Segment
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    SegmentFactory,
    SubscriptionFactory,
)
from tests.factories.figures import figure

START = date(2024, 1, 20)
CURRENCIES = ["USD", "USD", "EUR", "USD"]
SEGMENTS = [None, "smb", "ent"]
DAYS = [START + timedelta(days=n) for n in (0, 11, 12, 25, 40, 41)]

days = st.integers(0, 45).map(lambda n: START + timedelta(days=n))
lines = st.tuples(
    st.just("hold"),
    st.integers(0, 3),
    st.integers(0, 2),
    days,
    st.none() | st.integers(1, 25),
    st.sampled_from([0, 1, 100, 250]),
)
changes = st.one_of(
    st.tuples(st.just("end"), st.integers(0, 20), days),
    st.tuples(st.just("classify"), st.integers(0, 3), st.sampled_from(SEGMENTS), days),
    st.tuples(st.just("fold")),
    lines,
)
stories = st.tuples(st.lists(lines, max_size=8), st.lists(changes, max_size=6))


class Book:
    """The rows twice: in the database, and as plain lists that the oracle counts."""

    def __init__(self) -> None:
        self.accounts = [AccountFactory(code=f"a{n}", currency=c) for n, c in enumerate(CURRENCIES)]
        self.charges = [ChargeFactory(plan__product__code=code) for code in "XYZ"]
        for rank, code in enumerate(SEGMENTS[1:]):
            SegmentFactory(code=code, rank=rank)
        self.rows, self.lines = [], []
        self.profiles = [[] for _ in CURRENCIES]

    def hold(self, account, product, start, length, units) -> None:
        end = start + timedelta(days=length) if length else None
        line = LineFactory(
            subscription=SubscriptionFactory(account=self.accounts[account]),
            charge=self.charges[product],
            starts_on=start,
            ends_on=end,
            amount=units,
        )
        self.lines.append(line)
        row = {"account": account, "product": "XYZ"[product], "cents": units * 100}
        self.rows.append({**row, "start": start, "end": end})

    def end(self, place, on) -> None:
        if not self.rows:
            return
        row = self.rows[place % len(self.rows)]
        try:
            end_line(line=self.lines[place % len(self.rows)], on=on)
        except AlreadyEnded:
            assert row["end"] is not None
            assert row["end"] <= max(on, row["start"])
            return
        row["end"] = max(on, row["start"])

    def classify(self, account, segment, on) -> None:
        known = self.profiles[account]
        where = {"segment": Segment.objects.filter(code=segment).first(), "region": None}
        try:
            classify(account=self.accounts[account], starts_on=on, **where)
        except LaterProfile:
            assert any(start > on for start, _ in known)
            return
        self.profiles[account] = [p for p in known if p[0] < on] + [(on, segment)]

    def fold(self) -> None:
        fold()

    def held(self, on: date, **wanted) -> list[dict]:
        """What each paying account holds on the day: products, cents, segment, currency."""
        found = []
        for place, currency in enumerate(CURRENCIES):
            live = [
                row
                for row in self.rows
                if row["account"] == place
                and row["cents"] > 0
                and row["start"] <= on
                and (row["end"] is None or on < row["end"])
            ]
            segments = [segment for start, segment in self.profiles[place] if start <= on]
            state = {
                "products": {row["product"] for row in live},
                "cents": sum(row["cents"] for row in live),
                "segment": segments[-1] if segments else None,
                "currency": currency,
            }
            if live and all(state[name] == value for name, value in wanted.items()):
                found.append(state)
        return found


def wilson(hits: int, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle, reach = hits / n + z * z / 2 / n, z * sqrt(hits * (n - hits) / n**3 + z * z / 4 / n**2)
    return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def check_products(answer: dict, held: list[dict]) -> None:
    sizes = [len(state["products"]) for state in held]
    assert (answer["n"], answer["numerator"]) == (len(sizes), sum(sizes) if sizes else None)
    assert answer["value"] == (near(mean(sizes)) if sizes else None)
    assert answer["median"] == (median(sizes) if sizes else None)
    counted = [{"products": size, "customers": n} for size, n in sorted(Counter(sizes).items())]
    assert answer["distribution"] == counted
    several = sum(size >= 2 for size in sizes)
    assert (answer["multi"]["numerator"], answer["multi"]["denominator"]) == (several, len(sizes))
    if sizes:
        interval = answer["multi"]["interval"]
        assert (interval["low"], interval["high"]) == near(wilson(several, len(sizes)))


def check_mix(answer: dict, held: list[dict]) -> None:
    assert answer["n"] == len(held)
    if len({state["currency"] for state in held}) > 1:
        assert (answer["value"], answer["warnings"][0]["code"]) == (None, "MIXED_CURRENCY")
        return
    total = sum(state["cents"] for state in held)
    several = sum(state["cents"] for state in held if len(state["products"]) >= 2)
    assert (answer["numerator"], answer["denominator"]) == (several, total)
    assert answer["value"] == (near(several / total) if total else None)
    by_size = Counter()
    for state in held:
        by_size[len(state["products"])] += state["cents"]
    counted = [{"products": size, "mrr": cents} for size, cents in sorted(by_size.items())]
    assert answer["by_products"] == counted
    rest = sorted(held, key=lambda state: (state["cents"], len(state["products"])))[:-1]
    without, left = answer["without_largest"], sum(state["cents"] for state in rest)
    if not total:
        assert without is None
        return
    several = sum(state["cents"] for state in rest if len(state["products"]) >= 2)
    assert (without["numerator"], without["denominator"]) == (several, left)
    assert without["largest"] == total - left
    assert without["value"] == (near(several / left) if left else None)


def check_attach(answer: dict, held: list[dict], least: int) -> None:
    rows = {(row["from"], row["to"]): row for row in answer["rows"]}
    products = sorted(set().union(*(state["products"] for state in held)))
    assert rows.keys() == set(permutations(products, 2))
    for (first, second), row in rows.items():
        a = sum(first in state["products"] for state in held)
        b = sum(second in state["products"] for state in held)
        both = sum({first, second} <= state["products"] for state in held)
        assert (row["holders"], row["both"]) == (a, both)
        assert row["rate"] == near(both / a)
        assert (row["low"], row["high"]) == near(wilson(both, a))
        assert row["base_rate"] == near(b / len(held))
        assert row["lift"] == near((both / a) / (b / len(held)))
        assert row["leverage"] == near(both / len(held) - a * b / len(held) ** 2)
        assert row["jaccard"] == near(both / (a + b - both))
        spread = a * b * (len(held) - a) * (len(held) - b)
        phi = (both * len(held) - a * b) / sqrt(spread) if spread else None
        assert row["phi"] == (near(phi) if spread else None)
        strong, weak = 100 * both >= 40 * a, 100 * both <= 5 * a
        kind = "insufficient" if a < least else "strong" if strong else "weak" if weak else None
        assert row["affinity"] == (kind or "moderate")


def check(api, book: Book, on: date, **filters) -> None:
    wanted = {name: value for name, value in filters.items() if name in ("segment", "currency")}
    held = book.held(on, **wanted)
    asked = {"on": on.isoformat(), **filters}
    check_products(figure(api, "products-per-customer", **asked), held)
    check_mix(figure(api, "multi-product-revenue-mix", **asked), held)
    check_attach(figure(api, "attach-rate", min_support=2, **asked), held, 2)


def check_groups(api, book: Book, on: date) -> None:
    asked = {"on": on.isoformat(), "group_by": "segment"}
    answer = figure(api, "products-per-customer", **asked)
    groups = {group["key"]["segment"]: group for group in answer["groups"]}
    assert groups.keys() == {state["segment"] for state in book.held(on)}
    for segment, group in groups.items():
        check_products(group, book.held(on, segment=segment))


def check_series(api, book: Book) -> None:
    end = DAYS[-1] + timedelta(days=1)
    period = {"start": START.isoformat(), "end": end.isoformat(), "interval": "month"}
    rows = figure(api, "multi-product-revenue-mix", **period)["series"]
    ends = [date(2024, 1, 31), date(2024, 2, 29), DAYS[-1]]
    for row, on in zip(rows, ends, strict=True):
        check_mix(row, book.held(on))


@pytest.mark.django_db
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories)
def test_figures_are_what_counting_the_rows_gives(api, story):
    first, then = story
    with transaction.atomic():
        book = Book()
        with recording():
            for name, *facts in first:
                getattr(book, name)(*facts)
        for name, *facts in then:
            getattr(book, name)(*facts)
        for on in DAYS:
            check(api, book, on)
        check(api, book, DAYS[3], segment="smb")
        check(api, book, DAYS[4], currency="USD")
        check_groups(api, book, DAYS[2])
        check_series(api, book)
        transaction.set_rollback(True)
    caches["metrics"].clear()
