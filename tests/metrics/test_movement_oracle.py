"""Movements and retention of any small book against walking through its days one by one."""

from collections import Counter
from datetime import date, timedelta
from statistics import mean, median

import pytest
from django.core.cache import caches
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import recording
from tests.factories.figures import figure
from tests.metrics.test_oracle import CURRENCIES, SEGMENTS, START, Book, near, stories

DAY = timedelta(days=1)
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
windows = st.tuples(st.integers(0, 30), st.integers(1, 30)).map(
    lambda pair: (START + pair[0] * DAY, START + (pair[0] + pair[1]) * DAY)
)


class Oracle:
    """What each account of the book pays and holds on each day, by looking at every row."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.accounts = range(len(CURRENCIES))

    def products(self, account: int, on: date) -> dict[str, int]:
        held = Counter()
        for row in self.book.rows:
            live = row["start"] <= on and (row["end"] is None or on < row["end"])
            if row["account"] == account and row["cents"] and live:
                held[row["product"]] += row["cents"]
        return held

    def mrr(self, account: int, on: date) -> int:
        return sum(self.products(account, on).values())

    def segment(self, account: int, on: date) -> str | None:
        known = [segment for start, segment in self.book.profiles[account] if start <= on]
        return known[-1] if known else None

    def first(self, account: int) -> date | None:
        starts = [
            row["start"]
            for row in self.book.rows
            if row["account"] == account and row["cents"] and row["start"] != row["end"]
        ]
        return min(starts, default=None)

    def held_before(self, account: int, product: str, on: date) -> bool:
        return any(
            row["account"] == account
            and row["product"] == product
            and row["cents"]
            and row["start"] < on
            and row["start"] != row["end"]
            for row in self.book.rows
        )

    def chosen(self, start: date, end: date, **wanted) -> list[int]:
        """Accounts of a currency and, at the opening or on their first day in it, a segment."""
        found = []
        for account in self.accounts:
            if CURRENCIES[account] != wanted.get("currency", CURRENCIES[account]):
                continue
            days = [start - DAY, *days_of(start, end)]
            paid = [day for day in days if self.mrr(account, day)]
            if "segment" not in wanted or (
                paid and self.segment(account, paid[0]) == wanted["segment"]
            ):
                found.append(account)
        return found

    def moves(self, accounts: list[int], start: date, end: date) -> Counter:
        found = Counter()
        for account in accounts:
            for day in days_of(start, end):
                found.update(self._move(account, day))
        return found

    def _move(self, account: int, day: date) -> dict[str, int]:
        held, then = self.products(account, day), self.products(account, day - DAY)
        after, before = sum(held.values()), sum(then.values())
        if before and after:
            kind = "expansion" if after > before else "contraction"
            return {kind: after - before, **self._parts(account, day, held, then)}
        if after:
            return {"new" if day == self.first(account) else "reactivation": after}
        return {"churn": -before}

    def _parts(self, account: int, day: date, held: Counter, then: Counter) -> Counter:
        parts = Counter()
        added, removed = held.keys() - then.keys(), then.keys() - held.keys()
        for product in held.keys() & then.keys():
            change = held[product] - then[product]
            parts["capacity_upsell" if change > 0 else "downsell"] += change
        for product in added:
            again = self.held_before(account, product, day)
            name = "switch_net" if removed else "re_add" if again else "cross_sell"
            parts[name] += held[product]
        for product in removed:
            parts["switch_net" if added else "product_drop"] -= then[product]
        return parts


def days_of(start: date, end: date) -> list[date]:
    return [start + n * DAY for n in range((end - start).days)]


def check_waterfall(answer: dict, oracle: Oracle, accounts: list[int], start, end) -> None:
    (row,) = answer["rows"]
    moved = oracle.moves(accounts, start, end)
    assert row["opening"] == sum(oracle.mrr(account, start - DAY) for account in accounts)
    assert row["closing"] == sum(oracle.mrr(account, end - DAY) for account in accounts)
    assert row["opening"] + sum(row[kind] for kind in KINDS) == row["closing"]
    assert {kind: row[kind] for kind in KINDS} == {kind: moved[kind] for kind in KINDS}
    assert {name: cents for name, cents in answer["parts"].items() if cents} == {
        name: cents for name, cents in moved.items() if cents and name not in KINDS
    }
    assert row["reconciles"] is True


def check_retention(ask, oracle: Oracle, accounts: list[int], start, end) -> None:
    pairs = [(oracle.mrr(a, start - DAY), oracle.mrr(a, end - DAY)) for a in accounts]
    pairs = [(before, after) for before, after in pairs if before]
    net, gross = ask("net-revenue-retention"), ask("gross-revenue-retention")
    churn = ask("logo-churn")
    lost = sum(not after for _, after in pairs)
    assert (churn["numerator"], churn["n"]) == (lost, len(pairs))
    if not pairs:
        assert [net["value"], gross["value"], churn["value"]] == [None, None, None]
        return
    opening = sum(before for before, _ in pairs)
    assert net["value"] == near(sum(after for _, after in pairs) / opening)
    assert gross["value"] == near(sum(map(min, pairs)) / opening)
    assert gross["value"] <= min(1, net["value"]) + 1e-12
    assert churn["value"] == near(lost / len(pairs))
    moved = oracle.moves([a for a in accounts if oracle.mrr(a, start - DAY)], start, end)
    assert net["numerator"] == opening + sum(moved[kind] for kind in KINDS)
    lost = moved["contraction"] + moved["churn"]
    assert gross["grr_by_movements"] == near((opening + lost) / opening)
    assert net["ndr_by_movements"] == near((opening + lost + moved["expansion"]) / opening)


def check_platform(ask, oracle: Oracle, accounts: list[int], start, end) -> None:
    answer = ask("platform-retention")
    sides = {"single": [], "multi": []}
    for account in accounts:
        held = oracle.products(account, start - DAY)
        if held:
            pair = (sum(held.values()), oracle.mrr(account, end - DAY))
            sides["multi" if len(held) > 1 else "single"].append(pair)
    found = {group["key"]["products_at_opening"]: group for group in answer["groups"]}
    for name, pairs in sides.items():
        if name in found:
            assert found[name]["n"] == len(pairs)
        if pairs:
            assert found[name]["nrr"] == near(sum(y for _, y in pairs) / sum(x for x, _ in pairs))
            assert found[name]["lost"] == sum(not y for _, y in pairs)


def check_cohorts(api, oracle: Oracle, on: date, **asked) -> None:
    asked |= {"on": on.isoformat(), "currency": "USD"}
    rows = figure(api, "cohort-retention", **asked)["rows"]
    cells = {}
    for account in oracle.chosen(START, on + DAY, currency="USD"):
        first = oracle.first(account)
        if first is None or first > on:
            continue
        for months in range(3):
            day = anniversary(first, months)
            if day <= on:
                cell = cells.setdefault((f"{first:%Y-%m}", months), Counter())
                cell.update(customers=1, opening=oracle.mrr(account, first))
                cell.update(mrr=oracle.mrr(account, day), staying=oracle.mrr(account, day) > 0)
    assert {(row["cohort"], row["months"]): row["mrr"] for row in rows} == {
        key: cell["mrr"] for key, cell in cells.items()
    }
    for row in rows:
        cell = cells[row["cohort"], row["months"]]
        assert {name: row[name] for name in ("customers", "opening", "staying")} == {
            name: cell[name] for name in ("customers", "opening", "staying")
        }


def anniversary(first: date, months: int) -> date:
    """The day of so many months later, or the last of a month that is too short."""
    month = date(first.year, first.month + months, 1)
    last = (month + 31 * DAY).replace(day=1) - DAY
    return min(month + (first.day - 1) * DAY, last)


def check_window(api, oracle: Oracle, start: date, end: date, **filters) -> None:
    asked = {"start": start.isoformat(), "end": end.isoformat(), **filters}
    accounts = oracle.chosen(start, end, **filters)

    def ask(code, **more):
        return figure(api, code, **asked, **more)

    check_waterfall(ask("mrr-movements"), oracle, accounts, start, end)
    check_retention(ask, oracle, accounts, start, end)
    check_platform(ask, oracle, accounts, start, end)
    if "segment" not in filters:
        check_slices(ask, oracle, start, end)


def check_slices(ask, oracle: Oracle, start: date, end: date) -> None:
    """Each segment by itself, all of them as the whole, two periods as one."""
    whole = ask("mrr-movements", group_by="segment")
    groups = {group["key"]["segment"]: group for group in whole["groups"]}
    for segment in SEGMENTS:
        accounts = oracle.chosen(start, end, currency="USD", segment=segment)
        if segment in groups:
            check_waterfall(groups[segment], oracle, accounts, start, end)
        else:
            assert not oracle.moves(accounts, start, end)
    for name in ("opening", *KINDS, "closing"):
        total = sum(group["rows"][0][name] for group in groups.values())
        assert total == whole["rows"][0][name]


def check_month_by_month(api, start: date, end: date) -> None:
    asked = {"start": start.isoformat(), "end": end.isoformat(), "currency": "USD"}
    whole = figure(api, "mrr-movements", **asked)["rows"][0]
    rows = figure(api, "mrr-movements", interval="month", **asked)["rows"]
    assert rows[0]["opening"] == whole["opening"]
    assert [row["closing"] for row in rows[:-1]] == [row["opening"] for row in rows[1:]]
    for kind in KINDS:
        assert sum(row[kind] for row in rows) == whole[kind]


def check_day(api, oracle: Oracle, on: date) -> None:
    answer = figure(api, "arpa", on=on.isoformat(), currency="USD")
    paid = [oracle.mrr(account, on) for account in oracle.accounts if CURRENCIES[account] == "USD"]
    paid = [cents for cents in paid if cents]
    assert answer["n"] == len(paid)
    assert answer["value"] == (near(mean(paid)) if paid else None)
    assert answer["median"] == (median(paid) if paid else None)


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories, windows)
def test_movements_are_what_walking_through_the_days_gives(api, story, window):
    first, then = story
    with transaction.atomic():
        book = Book()
        with recording():
            for name, *facts in first:
                getattr(book, name)(*facts)
        for name, *facts in then:
            getattr(book, name)(*facts)
        oracle = Oracle(book)
        check_window(api, oracle, *window, currency="USD")
        check_window(api, oracle, *window, currency="USD", segment="smb")
        check_month_by_month(api, *window)
        check_day(api, oracle, window[0])
        check_cohorts(api, oracle, START + 45 * DAY)
        transaction.set_rollback(True)
    caches["metrics"].clear()
