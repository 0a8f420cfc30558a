"""A book of many kinds of customers: what was foreseen of every line is what then happens."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.grandfathering import recording
from accounts.grandfathering.applying import apply
from accounts.grandfathering.deciding import approve
from accounts.grandfathering.preview import outcomes
from accounts.grandfathering.recording import record_preview
from accounts.mass_renewal import renew_due
from accounts.models import PriceLock, SubscriptionLine
from pricing.models import PolicyState
from tests.accounts.priced import a_bundle, a_charge, costs, sell
from tests.factories import UserFactory
from tests.factories.protection import PolicyFactory

pytestmark = pytest.mark.django_db

FIRST = date(2024, 3, 1)
TERMS = (
    {"cap_percent": Decimal(10)},
    {"cap_percent": None},
    {"until": "renewals", "until_renewals": 2},
    {"until": "date", "until_date": date(2024, 4, 15), "on_expiry": "glide", "glide_percent": 8},
)


@pytest.fixture
def book():
    """Lines of every shape, begun on many days of the month, whose prices rise in between."""
    dice = Random(7)  # noqa: S311  (a book that is the same every time)
    flat, seats = a_charge(29), a_charge()
    costs(seats, None, model="per_unit", unit_amount=Decimal(10))
    bundle = a_bundle(150, a_charge(99), a_charge(79))
    charges = [flat, seats, bundle]
    for number in range(12):
        day = date(2024, 1, dice.choice([1, 15, 29, 30, 31]))
        quantity = Decimal(dice.randint(1, 9)) if number % 3 == 1 else None
        facts = {"term_months": dice.choice([1, 1, 3]), "quantity": quantity}
        sell(charges[number % 3], on=day, **facts)
    costs(flat, 49, on=date(2024, 3, 10))
    costs(bundle, 170, on=date(2024, 4, 10))
    costs(seats, None, on=date(2024, 3, 20), model="per_unit", unit_amount=Decimal(8))
    return charges


def a_policy(charges, **terms):
    policy = PolicyFactory(effective_on=FIRST, **terms)
    policy.plans.set([charge.plan for charge in charges])
    policy.refresh_from_db()
    return policy


def approved(policy):
    policy = record_preview(policy=policy)
    facts = {"preview_hash": policy.preview_hash, "at": timezone.now()}
    return approve(policy=policy, by=UserFactory(), **facts)


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: next(reversed(terms)))
def test_every_line_costs_what_was_foreseen_also_when_all_are_renewed_at_once(book, terms):
    policy = approved(a_policy(book, **terms))
    foreseen = [
        (row.line.root_id or row.line_id, row.line.subscription_id, day, amount)
        for row in policy.preview_lines.select_related("line")
        for day, amount in zip(row.days[:4], row.kept[:4], strict=True)
    ]
    apply(policy=policy, at=timezone.now(), on=timezone.localdate())

    for on in sorted({day for _, _, day, _ in foreseen}):
        renew_due(on=on)
        held = SubscriptionLine.objects.live(on=on)
        for _, subscription, day, amount in foreseen:
            if day == on:
                lines = held.filter(subscription=subscription)
                assert sum(line.amount for line in lines) == amount, (on, subscription)


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: next(reversed(terms)))
def test_a_policy_lies_between_frozen_and_forced(book, terms):
    for found in outcomes(a_policy(book, **terms)):
        for kept, forced in zip(found.policy.steps, found.forced.steps, strict=True):
            low, high = sorted([found.amount, forced[1]])
            assert low <= kept[1] <= high or kept[1] <= found.amount


def test_the_commands_preview_and_apply(book, capsys):
    policy = a_policy(book)
    call_command("preview_policy", policy.code)
    assert "16 lines of 12 customers" in capsys.readouterr().out
    policy.refresh_from_db()
    approve(policy=policy, by=UserFactory(), preview_hash=policy.preview_hash, at=timezone.now())
    call_command("apply_policy", policy.code)
    policy.refresh_from_db()
    assert policy.state == PolicyState.APPLIED
    assert PriceLock.objects.count() == 12
    with pytest.raises(CommandError, match="must be approved first"):
        call_command("apply_policy", policy.code)


def test_a_preview_that_is_broken_off_leaves_everything_as_it_was(book, monkeypatch):
    policy = record_preview(policy=a_policy(book))
    before = list(policy.preview_lines.values_list("id", flat=True))

    def gives_up(*arguments, **facts):
        raise KeyboardInterrupt

    monkeypatch.setattr(recording, "totals_of", gives_up)
    with pytest.raises(CommandError, match="Given up"):
        call_command("preview_policy", policy.code)
    policy.refresh_from_db()
    assert policy.state == PolicyState.PREVIEWED
    assert list(policy.preview_lines.values_list("id", flat=True)) == before
