"""Any story of starts, ends, cancellations, returns and reclassifications, against the oracle."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.profiles import LaterProfile, classify
from accounts.subscriptions import AlreadyEnded, end_line
from config.invariants import invariants
from metrics.folding import fold
from portfolio.models import Segment
from tests.accounts.ledger_book import catalog, customer, hold, in_force, told_again

START = date(2024, 1, 1)
days = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
lengths = st.none() | st.integers(1, 30)
amounts = st.integers(0, 3).map(lambda n: n * 50)
known = st.sampled_from([{}, {"quantity": 1}, {"quantity": 2}])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("hold"), st.integers(0, 5), days, lengths, amounts, known),
        st.tuples(st.just("end"), st.integers(0, 20), days),
        st.tuples(st.just("classify"), st.integers(0, 1), days),
        st.tuples(st.just("fold")),
    ),
    min_size=1,
    max_size=9,
)


class Story:
    def __init__(self) -> None:
        self.charges = catalog()
        self.account = customer()
        self.lines = []

    def hold(self, charge, start, length, amount, facts):
        if facts:
            facts = {**facts, "list_amount": amount + 50 * facts["quantity"]}
        ends_on = start + timedelta(days=length) if length else None
        charge = self.charges[charge]
        self.lines.append(hold(self.account, charge, start, amount, ends_on=ends_on, **facts))

    def end(self, place, on):
        if self.lines:
            with suppress(AlreadyEnded):
                end_line(line=self.lines[place % len(self.lines)], on=on)

    def classify(self, place, starts_on):
        segment = Segment.objects.all()[place]
        with suppress(LaterProfile):
            classify(account=self.account, segment=segment, region=None, starts_on=starts_on)

    def fold(self):
        fold()


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_the_ledger_tells_any_story_as_the_oracle_does(told):
    with transaction.atomic():
        story = Story()
        for name, *facts in told:
            getattr(story, name)(*facts)
            assert in_force(story.account) == told_again(story.account)
        fold()
        assert not [v for entry in invariants.values() for v in entry.violations()]
        transaction.set_rollback(True)
