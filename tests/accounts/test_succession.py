"""What a policy makes of customers whose product ends: they move to what takes its place."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.grandfathering.applying import apply
from accounts.grandfathering.deciding import Undecided, approve
from accounts.grandfathering.outcome import Status
from accounts.grandfathering.recording import record_preview
from accounts.mass_renewal import renew_due
from accounts.models import LedgerEntry, LockEnd, Origin, PriceLock, SubscriptionLine
from accounts.renewal import price_schedule, renew
from tests.accounts.priced import DAY, a_bundle, a_charge, costs, money, sell
from tests.factories import (
    ChargeFactory,
    MigrationPathFactory,
    PlanFactory,
    PlanVersionFactory,
    SunsetPlanFactory,
    UserFactory,
)
from tests.factories.protection import PolicyFactory

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = (date(2024, month, 1) for month in (4, 5, 6))
CAPPED = {"on_sunset": "move_capped", "cap_percent": Decimal(10)}


@pytest.fixture
def old():
    """A product at 29 that ends in the summer of 2025."""
    charge = a_charge(29)
    product = charge.plan.product
    product.end_of_sale_on, product.end_of_life_on = date(2024, 12, 1), date(2025, 6, 1)
    product.save()
    return charge


@pytest.fixture
def new(old):
    """The only tier of what takes its place, at 49."""
    charge = a_charge(49)
    plan = SunsetPlanFactory(product=old.plan.product)
    plan.successor, plan.no_successor = charge.plan.product, False
    plan.save()
    return charge


def a_policy(*charges, **terms):
    policy = PolicyFactory(**terms)
    policy.plans.set([charge.plan for charge in charges])
    policy.refresh_from_db()
    return policy


def approved(policy):
    policy = record_preview(policy=policy)
    facts = {"preview_hash": policy.preview_hash, "at": timezone.now()}
    return approve(policy=policy, by=UserFactory(), **facts)


def applied(policy):
    policy = approved(policy)
    apply(policy=policy, at=timezone.now(), on=timezone.localdate())
    return policy


def foreseen(policy):
    row = policy.preview_lines.get()
    return list(zip(row.days, row.kept, strict=True)), row


def test_move_now_moves_to_the_successor_at_the_next_renewal(old, new):
    version = PlanVersionFactory(plan=new.plan, state="published", existing_treatment="keep")
    (line,) = sell(old)
    policy = applied(a_policy(old, on_sunset="move_now"))

    steps, row = foreseen(policy)
    assert [amount for _, amount in steps] == money(*[49] * 6)
    assert (row.status, row.successor, row.successor_on) == (Status.PROTECTED, new.plan, APRIL)

    there = renew(line=line, on=APRIL)
    line.refresh_from_db()
    assert line.ends_on == there.starts_on == APRIL
    assert (there.plan, there.product, there.charge) == (new.plan, new.plan.product, new)
    assert (there.amount, there.plan_version, there.origin) == (49, version, Origin.MIGRATION)
    assert (there.root, there.previous) == (line, line)
    assert there.trace[0]["step"] == "successor"
    lock = PriceLock.objects.get()
    assert (lock.ends_on, lock.end_reason) == (APRIL, LockEnd.MOVED)
    assert renew(line=there, on=MAY) == there


def test_move_capped_goes_on_with_the_cap_and_the_lock_at_the_successor(old, new):
    (line,) = sell(old)
    policy = applied(a_policy(old, **CAPPED))
    expected = money("31.90", "35.09", "38.60", "42.46", "46.71", 49)
    steps, row = foreseen(policy)
    assert ([amount for _, amount in steps], row.successor) == (expected, new.plan)

    for day, amount in steps:
        line = renew(line=line, on=day)
        assert (line.amount, line.list_amount, line.plan) == (amount, 49, new.plan)

    first, second = PriceLock.objects.order_by("starts_on")
    assert (first.ends_on, first.end_reason, first.price.charge) == (APRIL, LockEnd.MOVED, old)
    assert (second.starts_on, second.ends_on, second.price.charge) == (APRIL, None, new)
    assert second.root == first.root


def test_on_expiry_successor_moves_at_the_first_boundary_after_the_protection(old, new):
    (line,) = sell(old)
    terms = {"until": "renewals", "until_renewals": 2, "on_expiry": "successor"}
    policy = applied(a_policy(old, **terms))
    steps, row = foreseen(policy)
    assert ([amount for _, amount in steps], row.successor_on) == (
        money(29, 29, 49, 49, 49, 49),
        JUNE,
    )
    for day, amount in steps:
        line = renew(line=line, on=day)
        assert line.amount == amount
    assert line.plan == new.plan


def test_honoured_until_the_end_of_life_it_moves_then_where_expiry_says_so(old, new):
    product = old.plan.product
    product.end_of_sale_on, product.end_of_life_on = date(2024, 3, 20), date(2024, 4, 15)
    product.save()
    (line,) = sell(old)
    policy = applied(a_policy(old, on_expiry="successor"))
    found = price_schedule(line=line, after=DAY, renewals=3)
    assert [each.amount for each in found] == money(29, 49, 49)
    assert foreseen(policy)[1].successor_on == MAY


def test_what_was_foreseen_is_what_a_day_of_renewals_does_and_the_ledger_nets_the_switch(old, new):
    lines = [sell(old)[0] for _ in range(2)]
    sell(new, subscription=lines[0].subscription)  # held already: the other one stands beside it
    applied(a_policy(old, **CAPPED))

    run = renew_due(on=APRIL)

    assert run.lines_moved == 2
    there = SubscriptionLine.objects.live(on=APRIL).filter(origin=Origin.MIGRATION)
    assert sorted(there.values_list("amount", "instance")) == [
        (Decimal("31.90"), 0),
        (Decimal("31.90"), 1),
    ]
    entry = LedgerEntry.objects.get(account=lines[1].account, effective_on=APRIL)
    assert (entry.mrr_before, entry.mrr_after, entry.switch_net) == (2_900, 3_190, 290)
    entry = LedgerEntry.objects.get(account=lines[0].account, effective_on=APRIL)
    assert (entry.mrr_after - entry.mrr_before, entry.product_drop) == (290, -2_900)
    assert not SubscriptionLine.objects.live(on=APRIL).filter(charge=old).exists()


def test_a_path_of_the_kind_sunset_says_which_plan_where_there_are_several(old, new):
    pro = ChargeFactory(plan=PlanFactory(product=new.plan.product, rank=new.plan.rank + 1))
    costs(pro, 99)
    sell(old)
    policy = a_policy(old, on_sunset="move_now")
    with pytest.raises(Undecided, match="no plan and price for that are known"):
        approved(policy)
    MigrationPathFactory(from_plan=old.plan, to_plan=pro.plan, kind="sunset")
    assert foreseen(approved(policy))[1].successor == pro.plan


@pytest.mark.parametrize("terms", [{"on_sunset": "move_now"}, {"on_expiry": "successor"}])
def test_a_policy_is_not_approved_that_would_move_lines_to_nowhere(old, terms):
    sell(old)
    SunsetPlanFactory(product=old.plan.product)
    policy = a_policy(old, **terms)
    with pytest.raises(Undecided, match="1 lines are to move"):
        approved(policy)
    assert policy.preview_lines.count() == 1


def test_who_cannot_be_moved_is_named_before_anything_is_promised(old, new):
    bundle = a_bundle(50, old, a_charge(20))
    bundle.plan.end_of_sale_on, bundle.plan.end_of_life_on = date(2025, 1, 1), date(2025, 6, 1)
    sell(bundle)
    bundle.plan.save()
    MigrationPathFactory(from_plan=bundle.plan, to_plan=new.plan, kind="sunset")
    policy = record_preview(policy=a_policy(bundle, on_sunset="move_now"))
    assert policy.preview_lines.get().status == Status.NO_SUCCESSOR


def test_a_successor_of_another_model_is_incompatible_with_a_cap(old, new):
    costs(new, None, model="per_unit", unit_amount=Decimal(60), on=DAY)
    sell(old)
    policy = record_preview(policy=a_policy(old, **CAPPED))
    assert policy.preview_lines.get().status == Status.INCOMPATIBLE
