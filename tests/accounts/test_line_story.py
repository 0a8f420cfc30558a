"""Any story of sales, changes, renewals, ends and returns keeps the ledger equal to the lines."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.changes import Wish, change
from accounts.ledger import recording
from accounts.models import SubscriptionLine
from accounts.renewal import price_schedule, renew
from accounts.subscriptions import cancel, end_line
from config.errors import DomainError
from config.invariants import invariants
from tests.accounts.ledger_book import in_force, told_again
from tests.accounts.priced import a_bundle, a_charge, costs, sell
from tests.factories import AccountFactory, SubscriptionFactory

START = date(2024, 1, 31)
days = st.integers(0, 150).map(lambda n: START + timedelta(days=n))
places = st.integers(0, 9)
quantities = st.sampled_from([None, Decimal(1), Decimal(3)])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), places, days, quantities),
        st.tuples(st.just("change"), places, places, days, quantities),
        st.tuples(st.just("renew"), places, places),
        st.tuples(st.just("end"), places, days),
        st.tuples(st.just("cancel"), places, days),
        st.tuples(st.just("release"), places, days, st.sampled_from([7, 20])),
    ),
    min_size=2,
    max_size=7,
)


class Story:
    """A customer whose agreements begin on the last day of a month, and what befalls it."""

    def __init__(self) -> None:
        self.account = AccountFactory()
        basic = self._seats(10)
        product = basic.plan.product
        self.charges = [
            basic,
            self._seats(20, plan__product=product, plan__rank=basic.plan.rank + 1),
            self._seats(5, plan__product=product, plan__kind="add_on"),
            self._seats(8),
        ]
        self.charges.append(a_bundle(15, self.charges[0], self.charges[3]))
        self.released = set()

    def _seats(self, unit, **facts):
        charge = a_charge(**facts)
        costs(charge, None, model="per_unit", unit_amount=Decimal(unit))
        return charge

    @property
    def lines(self) -> list[SubscriptionLine]:
        lines = SubscriptionLine.objects.filter(account=self.account)
        return list(lines.select_related("subscription", "account", "plan").order_by("id"))

    def _line(self, place):
        return self.lines[place % len(self.lines)] if self.lines else None

    def sell(self, place, day, quantity):
        agreement = SubscriptionFactory(account=self.account, starts_on=START)
        charge = self.charges[place % len(self.charges)]
        sell(charge, subscription=agreement, on=day, quantity=quantity)

    def change(self, place, target, day, quantity):
        if line := self._line(place):
            charge = self.charges[target] if target < len(self.charges) else None
            change(line=line, wish=Wish(charge=charge, quantity=quantity), on=day)

    def renew(self, place, number):
        if line := self._line(place):
            found = price_schedule(line=line, after=line.starts_on, renewals=1 + number % 3)
            said = found[-1]
            new = renew(line=line, on=said.on) if found else line
            assert not found or (new.amount, new.price) == (said.amount, said.price)

    def end(self, place, day):
        if line := self._line(place):
            end_line(line=line, on=day)

    def cancel(self, place, day):
        if line := self._line(place):
            cancel(subscription=line.subscription, on=day)

    def release(self, place, day, unit):
        charge = self.charges[place % 4]
        if (charge.pk, day) not in self.released:
            self.released.add((charge.pk, day))
            costs(charge, None, model="per_unit", unit_amount=Decimal(unit), on=day)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_the_ledger_stays_equal_to_the_lines_through_any_story(told):
    with transaction.atomic():
        story = Story()
        for name, *facts in told:
            with suppress(DomainError, ValidationError), recording(story.account.pk):
                getattr(story, name)(*facts)
            assert in_force(story.account) == told_again(story.account)
            shares_add_up(story.account)
        assert not [v for entry in invariants.values() for v in entry.violations()]
        transaction.set_rollback(True)


def shares_add_up(account):
    """At any time the lines of a bundle come to its price."""
    for line in SubscriptionLine.objects.standing().exclude(bundle_plan=None):
        held = SubscriptionLine.objects.live(on=line.starts_on).filter(
            subscription=line.subscription, bundle_plan=line.bundle_plan
        )
        assert sum(each.amount for each in held) == sum(each.list_amount for each in held)
