"""Prices against a plain dictionary from days to prices, over any story of releases."""

import os
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config.invariants import invariants
from pricing import publication
from pricing.models import PriceRelease
from pricing.publication import (
    AlreadyInForce,
    InThePast,
    NotReady,
    cancel,
    publish,
    reject,
    submit,
)
from pricing.resolution import Ask, Buyer, resolve_prices
from tests.factories import ChargeFactory, UserFactory
from tests.factories.prices import PriceBookFactory, approved, drafted, flat

FIRST = date(2026, 1, 1)
SPAN = 24
DAYS = [FIRST + timedelta(days=n) for n in range(SPAN)]
# Soak: PORTICO_PRICE_STORIES=5000 PORTICO_PRICE_STEPS=100
STORIES = int(os.environ.get("PORTICO_PRICE_STORIES", "8"))
STEPS = int(os.environ.get("PORTICO_PRICE_STEPS", "20"))

days = st.integers(0, SPAN - 1).map(DAYS.__getitem__)
which = st.integers(0, 1)
amounts = st.integers(1, 99)


class Windows(RuleBasedStateMachine):
    """Two books (a segment's and everybody's) and two charges; the clock only moves on.

    The dictionary knows of each book and charge what was decided for which day, and nothing of
    rows, ends or reopening: what holds on a day is the last decision on or before it.
    """

    def __init__(self) -> None:
        super().__init__()
        standard, segment = PriceBookFactory(segment=None), PriceBookFactory()
        self.books, self.charges = [segment, standard], [ChargeFactory(), ChargeFactory()]
        self.buyers = [Buyer(segment=segment.segment.code), Buyer()]
        self.author, self.clock, self.past = UserFactory(), FIRST, {}
        self.decided: dict[tuple, dict[date, tuple]] = {}
        self.standing: list[PriceRelease] = []
        self.asked = 0
        self.waiting: list[tuple] = []

    @rule(book=which, charge=which, day=days, amount=st.one_of(amounts, st.none()))
    def prepare(self, book, charge, day, amount) -> None:
        line = flat(self.charges[charge], amount)
        if amount is None:
            line.is_end, line.model = True, ""
        release = drafted(self.books[book], line, on=day, author=self.author)
        key = (book, charge)
        if day in self.decided.get(key, {}):
            with pytest.raises(NotReady):
                submit(release=release, by=self.author)
        else:
            self.waiting.append((approved(release), key, day, amount))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def put_in_force(self, data) -> None:
        self.force(*self._take(data))

    def force(self, release, key, day, amount) -> None:
        if day < self.clock:
            with pytest.raises(InThePast):
                publish(release=release, by=release.approver, on=self.clock)
        elif day in self.decided.get(key, {}):
            with pytest.raises(NotReady):
                publish(release=release, by=release.approver, on=self.clock)
        else:
            publish(release=release, by=release.approver, on=self.clock)
            self.decided.setdefault(key, {})[day] = (amount, release.pk)
            self.standing.append(release)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def send_back(self, data) -> None:
        release = self._take(data)[0]
        reject(release=release, by=UserFactory(), reason="No")

    @precondition(lambda self: self.standing)
    @rule(data=st.data())
    def give_up(self, data) -> None:
        self.give(data.draw(st.sampled_from(self.standing)))

    def give(self, release) -> None:
        if release.effective_on <= self.clock:
            with pytest.raises(AlreadyInForce):
                cancel(release=release, by=self.author, on=self.clock, reason="x")
            return
        cancel(release=release, by=self.author, on=self.clock, reason="x")
        self.standing.remove(release)
        for decided in self.decided.values():
            if decided.get(release.effective_on, (0, 0))[1] == release.pk:
                del decided[release.effective_on]

    @rule(days_on=st.integers(1, 5))
    def move_the_clock(self, days_on) -> None:
        for day in DAYS:
            if day < self.clock:
                self.past[day] = self._said(day)
        self.clock += timedelta(days=days_on)

    def _take(self, data) -> tuple:
        taken = data.draw(st.sampled_from(self.waiting))
        self.waiting.remove(taken)
        return taken

    def _expected(self, book: int, charge: int, day: date) -> int | None:
        decided = self.decided.get((book, charge), {})
        return (
            decided[max(d for d in decided if d <= day)][0]
            if any(d <= day for d in decided)
            else None
        )

    def _said(self, day: date) -> list[int | None]:
        asks = [Ask(buyer, c, "USD", "month") for buyer in self.buyers for c in self.charges]
        found = resolve_prices(asks, on=day)
        return [int(f.amount.total) if hasattr(f, "amount") else None for f in found]

    @invariant()
    def every_day_has_the_price_of_the_dictionary(self) -> None:
        self.asked += 1  # other days after every step
        for day in DAYS[self.asked % 8 :: 8]:
            own = [self._expected(0, c, day) for c in (0, 1)]
            all_ = [self._expected(1, c, day) for c in (0, 1)]
            first = [o if o is not None else a for o, a in zip(own, all_, strict=True)]
            assert self._said(day) == [*first, *all_], day

    @invariant()
    def past_days_keep_their_answers(self) -> None:
        for day, said in list(self.past.items())[-1:]:
            assert self._said(day) == said, day

    def teardown(self) -> None:
        for name in ("prices_follow_one_another", "prices_were_approved_by_somebody_else"):
            assert list(invariants[name].violations()) == []


SETTINGS = settings(
    max_examples=STORIES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_prices_follow_the_dictionary():
    run_state_machine_as_test(fresh(), settings=SETTINGS)


def fresh() -> type[Windows]:
    """Stories of their own: what the one before left is undone."""

    class Fresh(Windows):
        def __init__(self) -> None:
            self._atomic = transaction.atomic()
            self._atomic.__enter__()
            super().__init__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                transaction.set_rollback(True)
                self._atomic.__exit__(None, None, None)

    return Fresh


BUGS = {
    "a price that does not end the one before": ("END_CURRENT", "SELECT %s"),
    "a price without an end": (
        "OPEN_NEW",
        "UPDATE pricing_price SET published_at = now() WHERE release_id = %s",
    ),
    "a cancellation that gives nothing back": ("REOPEN", "SELECT %s"),
    "a cancellation that leaves the price": ("CANCEL_LINES", "SELECT %s"),
}


def told(machine: Windows) -> None:
    """One story with everything in it, compared with the dictionary after every decision."""
    for day, amount in ((0, 10), (16, 20), (8, 15), (20, None)):
        machine.prepare(0, 0, DAYS[day], amount)
        machine.force(*machine.waiting.pop())
        for _ in range(8):
            machine.every_day_has_the_price_of_the_dictionary()
    for release in list(machine.standing)[1:]:
        machine.give(release)
        for _ in range(8):
            machine.every_day_has_the_price_of_the_dictionary()
    machine.teardown()


@pytest.mark.django_db
def test_the_story_is_as_the_dictionary_says():
    told(Windows())


@pytest.mark.django_db
@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_are_found(bug, monkeypatch):
    name, statement = BUGS[bug]
    monkeypatch.setattr(publication, name, statement)

    with pytest.raises((AssertionError, DatabaseError)):
        told(Windows())
