"""Prices against a plain dictionary from days to prices, over any story of releases."""

import os
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

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

from config.errors import DomainError
from config.invariants import invariants
from config.sheets.writing import as_csv
from pricing import adjusting, proposing, publication
from pricing.adjusting import Adjustment, NothingToDo, draft_adjustment
from pricing.book_cloning import clone_book
from pricing.exporting import HEADER
from pricing.exporting import rows as exported
from pricing.importing.sheet import SheetRefused, draft_from_sheet
from pricing.models import Price, PriceRelease
from pricing.publication import (
    AlreadyInForce,
    InThePast,
    NotInState,
    NotReady,
    cancel,
    publish,
    reject,
    submit,
)
from pricing.resolution import Ask, Buyer, resolve_prices
from tests.factories import ChargeFactory, SegmentFactory, UserFactory
from tests.factories.prices import (
    PriceBookFactory,
    PriceReleaseFactory,
    approved,
    drafted,
    flat,
)

FIRST = date(2026, 1, 1)
SPAN = 24
MOST_BOOKS = 4
DAYS = [FIRST + timedelta(days=n) for n in range(SPAN)]
# Soak: PORTICO_PRICE_STORIES=5000 PORTICO_PRICE_STEPS=100
STORIES = int(os.environ.get("PORTICO_PRICE_STORIES", "8"))
STEPS = int(os.environ.get("PORTICO_PRICE_STEPS", "20"))

days = st.integers(0, SPAN - 1).map(DAYS.__getitem__)
which = st.integers(0, 1)
amounts = st.integers(1, 99)


class Waiting(NamedTuple):
    """A release that was approved, and what it decides: amounts by book and charge."""

    release: PriceRelease
    amounts: dict[tuple, int | None]
    day: date


class Windows(RuleBasedStateMachine):
    """Books for two segments' customers and everybody, and two charges; the clock only moves on.

    The dictionary knows of each book and charge what was decided for which day, and nothing of
    rows, ends or reopening: what holds on a day is the last decision on or before it. Every tool
    of finance leads to the same decisions, so it has to foresee what each of them drafts.
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
        self.waiting: list[Waiting] = []

    @rule(book=which, charge=which, day=days, amount=st.one_of(amounts, st.none()))
    def prepare(self, book, charge, day, amount) -> None:
        line = flat(self.charges[charge], amount)
        if amount is None:
            line.is_end, line.model = True, ""
        release = drafted(self.books[book], line, on=day, author=self.author)
        self.hand_over(release, {(book, charge): amount}, day)

    def hand_over(self, release, amounts, day) -> None:
        if any(day in self.decided.get(key, {}) for key in amounts):
            with pytest.raises(NotReady):
                submit(release=release, by=self.author)
        else:
            self.waiting.append(Waiting(approved(release), amounts, day))

    @rule(book=which, day=days, plus=st.integers(1, 9))
    def adjust(self, book, day, plus) -> None:
        wanted = {key: amount + plus for key, amount in self._on_the_eve(book, day).items()}
        release = self._begun(book, day)
        adjustment = Adjustment(plus=Decimal(plus))
        if not wanted:
            with pytest.raises(NothingToDo):
                draft_adjustment(release=release, adjustment=adjustment, prices=None)
        else:
            draft_adjustment(release=release, adjustment=adjustment, prices=None)
            self.hand_over(release, wanted, day)

    @rule(book=which, day=days, amount=amounts, ends=st.booleans())
    def send_a_sheet(self, book, day, amount, ends) -> None:
        """The exported sheet, its first price changed or ended, the others as they were."""
        known = self._on_the_eve(book, day)
        eve = day - timedelta(days=1)
        rows = [dict(zip(HEADER, row, strict=True)) for row in exported(self.books[book], on=eve)]
        assert len(rows) == len(known)
        if not rows:
            return
        plans = {charge.plan.code: n for n, charge in enumerate(self.charges)}
        key = (book, plans[rows[0]["plan"]])
        rows[0] |= {"ends": True, "model": None, "flat_amount": None} if ends else {}
        rows[0] |= {} if ends else {"flat_amount": amount}
        data = as_csv(HEADER, [[row[name] for name in HEADER] for row in rows])
        wanted = {} if not ends and known[key] == amount else {key: None if ends else amount}
        release = self._begun(book, day)
        if any(day in self.decided.get(each, {}) for each in wanted):
            with pytest.raises(SheetRefused):
                draft_from_sheet(release=release, data=data)
            return
        found = draft_from_sheet(release=release, data=data)
        assert found.counts["lines"] == len(wanted)
        if wanted:
            self.hand_over(release, wanted, day)

    @precondition(lambda self: len(self.books) < MOST_BOOKS)
    @rule(book=which, day=days)
    def clone(self, book, day) -> None:
        segment, known = SegmentFactory(), self._on_the_eve(book, day)
        if not known:
            return
        release = self._begun(book, day)
        release.book = PriceBookFactory.build(segment=segment)
        clone_book(source=self.books[book], release=release)
        number = len(self.books)
        self.books.append(release.book)
        self.buyers.append(Buyer(segment=segment.code))
        amounts = {(number, charge): amount for (_, charge), amount in known.items()}
        self.hand_over(release, amounts, day)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), more=amounts)
    def edit(self, data, more) -> None:
        """What was approved and is edited afterwards needs to be approved again."""
        waiting = self._take(data)
        line = waiting.release.lines.filter(is_end=False).first()
        if line is None:
            return
        Price.objects.filter(pk=line.pk).update(flat_amount=line.flat_amount + more)
        with pytest.raises(NotInState):
            publish(release=waiting.release, by=waiting.release.approver, on=self.clock)
        key = next(key for key in waiting.amounts if self.charges[key[1]].pk == line.charge_id)
        changed = {**waiting.amounts, key: waiting.amounts[key] + more}
        self.hand_over(waiting.release, changed, waiting.day)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def put_in_force(self, data) -> None:
        self.force(self._take(data))

    def force(self, waiting) -> None:
        release, amounts, day = waiting
        if day < self.clock:
            with pytest.raises(InThePast):
                publish(release=release, by=release.approver, on=self.clock)
        elif any(day in self.decided.get(key, {}) for key in amounts):
            with pytest.raises(NotReady):
                publish(release=release, by=release.approver, on=self.clock)
        else:
            publish(release=release, by=release.approver, on=self.clock)
            for key, amount in amounts.items():
                self.decided.setdefault(key, {})[day] = (amount, release.pk)
            self.standing.append(release)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def send_back(self, data) -> None:
        reject(release=self._take(data).release, by=UserFactory(), reason="No")

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

    def _take(self, data) -> "Waiting":
        place = data.draw(st.integers(0, len(self.waiting) - 1))
        return self.waiting.pop(place)

    def _begun(self, book: int, day: date) -> PriceRelease:
        return PriceReleaseFactory.build(
            book=self.books[book], effective_on=day, author=self.author
        )

    def _on_the_eve(self, book: int, day: date) -> dict[tuple, int]:
        """What the dictionary knows of a book on the day before."""
        eve = day - timedelta(days=1)
        found = {(book, c): self._expected(book, c, eve) for c in (0, 1)}
        return {key: amount for key, amount in found.items() if amount is not None}

    def _expected(self, book: int, charge: int, day: date) -> int | None:
        decided = self.decided.get((book, charge), {})
        past = [each for each in decided if each <= day]
        return decided[max(past)][0] if past else None

    def _said(self, day: date) -> list[int | None]:
        asks = [Ask(buyer, c, "USD", "month") for buyer in self.buyers for c in self.charges]
        found = resolve_prices(asks, on=day)
        return [int(f.amount.total) if hasattr(f, "amount") else None for f in found]

    @invariant()
    def every_day_has_the_price_of_the_dictionary(self) -> None:
        self.asked += 1  # other days after every step
        for day in DAYS[self.asked % 8 :: 8]:
            known = [[self._expected(b, c, day) for c in (0, 1)] for b in range(len(self.books))]
            first = [
                own if own is not None else everybodys
                for book in known
                for own, everybodys in zip(book, known[1], strict=True)
            ]
            assert self._said(day) == first, day

    @invariant()
    def past_days_keep_their_answers(self) -> None:
        for day, said in list(self.past.items())[-1:]:
            assert self._said(day)[: len(said)] == said, day

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


ALL_OF_IT = "UPDATE pricing_price SET published_at = now() WHERE release_id = %s"
BUGS = {
    "a price that does not end the one before": (publication, "END_CURRENT", "SELECT %s"),
    "a price without an end": (publication, "OPEN_NEW", ALL_OF_IT),
    "a cancellation that gives nothing back": (publication, "REOPEN", "SELECT %s"),
    "a cancellation that leaves the price": (publication, "CANCEL_LINES", "SELECT %s"),
    "an adjustment of what applied long ago": (
        adjusting,
        "KNOWN",
        proposing.KNOWN.replace("> %(eve)s)", "> %(eve)s OR p.ends_on IS NOT NULL)"),
    ),
    "a sheet that is compared with another day": (
        proposing,
        "COMPARE",
        proposing.COMPARE.replace("%(eve)s", "'2020-01-01'"),
    ),
}


def told(machine: Windows) -> None:
    """One story with everything in it, compared with the dictionary after every decision."""

    def look() -> None:
        for _ in range(8):
            machine.every_day_has_the_price_of_the_dictionary()

    for day, amount in ((0, 10), (16, 20), (8, 15), (20, None)):
        machine.prepare(0, 0, DAYS[day], amount)
        machine.force(machine.waiting.pop())
        look()
    for decide in (
        lambda: machine.adjust(0, DAYS[18], 5),
        lambda: machine.send_a_sheet(0, DAYS[19], 77, False),
        lambda: machine.clone(0, DAYS[10]),
    ):
        decide()
        machine.force(machine.waiting.pop())
        look()
    for release in list(machine.standing)[1:]:
        machine.give(release)
        look()
    machine.teardown()


@pytest.mark.django_db
def test_the_story_is_as_the_dictionary_says():
    told(Windows())


@pytest.mark.django_db
@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_are_found(bug, monkeypatch):
    module, name, statement = BUGS[bug]
    monkeypatch.setattr(module, name, statement)

    with pytest.raises((AssertionError, DatabaseError, DomainError)):
        told(Windows())
