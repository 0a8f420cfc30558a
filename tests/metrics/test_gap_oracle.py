"""Figures over bridged gaps of any small book against walking through its days one by one."""

from collections import Counter
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import recording
from accounts.models import LedgerHead
from tests.factories.figures import figure
from tests.metrics.test_movement_oracle import (
    DAY,
    Oracle,
    check_cohorts,
    check_platform,
    check_retention,
    check_slices,
    check_waterfall,
    windows,
)
from tests.metrics.test_oracle import CURRENCIES, START, Book, changes, check, lines, near

GAPS = (0, 3, 4, 9, 10)  # days; as long as what is asked about, and a day longer


@st.composite
def restarts(draw) -> list[tuple]:
    """Lines, most of which another one of the same product follows after a gap."""
    found = []
    for line in draw(st.lists(lines, min_size=3, max_size=6)):
        _, account, product, start, length, _ = line
        found.append(line)
        if length:
            start += (length + draw(st.sampled_from(GAPS))) * DAY
            more = st.none() | st.integers(1, 9), st.sampled_from([1, 100, 250])
            found.append(("hold", account, product, start, *map(draw, more)))
    return found


class Bridged(Oracle):
    """A product that is back within so many days of its last one is held on the days between."""

    def __init__(self, book: Book, gap_days: int) -> None:
        super().__init__(book)
        self.gap_days, self.known = gap_days, {}

    def products(self, account: int, on: date) -> Counter:
        if (account, on) not in self.known:
            held = Counter(super().products(account, on))
            for product in set("XYZ") - set(held):
                held += Counter({product: self._carried(account, product, on)})
            self.known[account, on] = held
        return self.known[account, on]

    def _carried(self, account: int, product: str, on: date) -> int:
        """What it brought on its last day, if it ended and is back soon enough."""
        back = [self._plain(account, product, on - n * DAY) for n in range(self.gap_days + 1)]
        ahead = [self._plain(account, product, on + n * DAY) for n in range(self.gap_days + 1)]
        last = next((n for n, cents in enumerate(back) if cents), None)
        again = next((n for n, cents in enumerate(ahead) if cents), None)
        if last is None or again is None or last - 1 + again > self.gap_days:
            return 0
        return back[last]

    def _plain(self, account: int, product: str, on: date) -> int:
        return Oracle.products(self, account, on)[product]

    def held(self, on: date, **wanted) -> list[dict]:
        """As of a book: what each paying account holds on the day."""
        states = []
        for account, currency in enumerate(CURRENCIES):
            held = self.products(account, on)
            state = {
                "products": set(held),
                "cents": sum(held.values()),
                "segment": self.segment(account, on),
                "currency": currency,
            }
            if held and all(state[name] == value for name, value in wanted.items()):
                states.append(state)
        return states


def first_day(oracle: Bridged, account: int, until: date, happens) -> date | None:
    """The first day after the first paid one on which something happens."""
    day = oracle.first(account)
    while day and day <= until:
        if happens(day, oracle.products(account, day), oracle.products(account, day - DAY)):
            return day
        day += DAY
    return None


def check_waits(ask, oracle: Bridged, on: date) -> None:
    def second(account):
        # What an account of this book gave up, it has given up less than 180 days ago.
        return lambda day, held, then: (
            len(held) > 1
            and any(
                not oracle.held_before(account, product, day)
                for product in held.keys() - then.keys()
            )
        )

    def more(account):
        return lambda day, held, then: 0 < sum(then.values()) < sum(held.values())

    def upsell(account):
        return lambda day, held, then: any(then[p] and held[p] > then[p] for p in held)

    started = [a for a in oracle.chosen(START, on, currency="USD") if oracle.first(a)]
    started = [account for account in started if oracle.first(account) <= on]
    for code, happens in (("second-product", second), ("expansion", more), ("upsell", upsell)):
        answer = ask(f"time-to-{code}", on=on)
        waits = []
        for account in started:
            day = first_day(oracle, account, on, happens(account))
            waits.append(day and (day - oracle.first(account)).days)
        assert answer["immediate"] == waits.count(0), code
        assert answer["events"] == sum(bool(days) for days in waits), code
        assert answer["n"] == len(started), code
        followed = [(on - oracle.first(account)).days for account in started]
        pairs = [pair for pair in zip(waits, followed, strict=True) if pair[0] != 0]
        shares = {row["days"]: row["share"] for row in answer["reached_by"]}
        if shares[30] is not None:
            assert shares[30] == near(share_by(30, pairs)), code


def share_by(until: int, pairs: list[tuple[int | None, int]]) -> float:
    """By product limit, from when it happened and for how long each was followed."""
    left = 1
    for day in range(1, until + 1):
        risk = sum((wait or followed) >= day for wait, followed in pairs)
        if risk:
            left *= 1 - sum(wait == day for wait, _ in pairs) / risk
    return 1 - left


def check_by_product(ask, oracle: Bridged, accounts: list[int], start: date, end: date) -> None:
    answer = ask("gross-revenue-retention", grain="product")
    pairs = [(oracle.products(a, start - DAY), oracle.products(a, end - DAY)) for a in accounts]
    opening = sum(sum(before.values()) for before, _ in pairs)
    left = sum(sum((before & after).values()) for before, after in pairs)
    assert answer["value"] == (near(left / opening) if opening else None)


def check_over_gaps(api, oracle: Bridged, start: date, end: date, **known) -> None:
    asked = {"currency": "USD", "gap_days": oracle.gap_days, **known}

    def ask(code, **more):
        period = {} if "on" in more else {"start": start.isoformat(), "end": end.isoformat()}
        return figure(api, code, **asked, **period, **more)

    accounts = oracle.chosen(start, end, currency="USD")
    check_waterfall(ask("mrr-movements"), oracle, accounts, start, end)
    check_retention(ask, oracle, accounts, start, end)
    check_platform(ask, oracle, accounts, start, end)
    check_by_product(ask, oracle, accounts, start, end)
    check_slices(ask, oracle, start, end)
    check_waits(ask, oracle, end)


def written(book: Book) -> SimpleNamespace:
    """What is written in the book by now, for an oracle that is asked later."""
    rows, profiles = [dict(row) for row in book.rows], [list(each) for each in book.profiles]
    return SimpleNamespace(rows=rows, profiles=profiles)


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(restarts(), st.lists(changes, max_size=5), windows, st.sampled_from([3, 9]))
def test_what_restarts_soon_has_never_stopped_in_any_figure(api, first, then, window, gap_days):
    with transaction.atomic():
        book = Book()
        with recording():
            for name, *facts in first:
                getattr(book, name)(*facts)
        earlier, position = written(book), LedgerHead.objects.values_list("position", flat=True)
        known_at = max(position, default=0)
        for name, *facts in then:
            getattr(book, name)(*facts)
        oracle = Bridged(book, gap_days)
        check_over_gaps(api, oracle, *window)
        check_cohorts(api, oracle, START + 45 * DAY, gap_days=gap_days)
        check(api, oracle, window[0], gap_days=gap_days)
        check(api, oracle, window[0], gap_days=gap_days, currency="USD", segment="smb")
        # Lines have the ends that they have now, whenever those became known.
        if not any(name == "end" for name, *_ in then):
            check_over_gaps(api, Bridged(earlier, gap_days), *window, known_at=known_at)
        transaction.set_rollback(True)
    caches["metrics"].clear()
