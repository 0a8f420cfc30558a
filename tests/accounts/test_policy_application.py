"""Deciding about a policy, and what its application leaves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.grandfathering import applying, deciding
from accounts.grandfathering.applying import CHANGED, TooOld
from accounts.grandfathering.deciding import (
    OwnWork,
    StalePreview,
    Undecided,
    end,
    send_back,
)
from accounts.grandfathering.noticing import tell_notices
from accounts.grandfathering.outcome import Status
from accounts.grandfathering.recording import NoLines, NotInState, record_preview
from accounts.models import EntitlementLock, GrandfatheringException, LockEnd, PriceLock
from accounts.renewal import renew
from accounts.subscriptions import end_line
from config.outbox.models import Event
from portfolio.models import Threshold
from pricing.models import GrandfatheringPolicy, PolicyState, ReleaseTreatment
from tests.accounts.priced import DAY, a_charge, costs, sell, standard
from tests.factories import SunsetPlanFactory, UserFactory
from tests.factories.prices import flat, published
from tests.factories.protection import PolicyFactory, locked

pytestmark = pytest.mark.django_db


def approve(**facts):
    return deciding.approve(**{"at": timezone.now(), **facts})


def apply(**facts):
    return applying.apply(**facts, at=timezone.now(), on=timezone.localdate())


@pytest.fixture
def charge():
    charge = a_charge(29)
    costs(charge, 49, on=date(2024, 3, 20), treatment="next_boundary")
    return charge


@pytest.fixture
def policy(charge):
    return a_policy(charge)


def a_policy(*charges, **terms):
    policy = PolicyFactory(**{"cap_percent": Decimal(10), **terms})
    policy.plans.set([charge.plan for charge in charges])
    policy.refresh_from_db()
    return policy


def approved(policy, **facts):
    record_preview(policy=policy)
    policy.refresh_from_db()
    return approve(policy=policy, by=UserFactory(), preview_hash=policy.preview_hash, **facts)


def test_what_is_foreseen_is_what_renewals_then_do(policy, charge):
    lines = [sell(charge, on=date(2024, 1, day))[0] for day in (5, 31)]
    policy = approved(policy)
    rows = policy.preview_lines.all()
    foreseen = {row.line_id: [*zip(row.days, row.kept, strict=True)] for row in rows}
    apply(policy=policy)

    for line in lines:
        now = line
        for day, amount in foreseen[line.pk]:
            now = renew(line=now, on=day)
            assert (day, now.amount) == (day, amount)


def test_application_locks_every_line_and_is_over(policy, charge):
    lines = [sell(charge)[0] for _ in range(3)]
    policy = approved(policy)

    assert apply(policy=policy) == {Status.PROTECTED: 3}

    policy.refresh_from_db()
    assert policy.state == PolicyState.APPLIED
    locks = PriceLock.objects.filter(policy=policy)
    assert set(locks.values_list("root", "amount", "cap_percent", "ends_on")) == {
        (line.pk, 29, 10, None) for line in lines
    }
    with pytest.raises(NotInState):
        apply(policy=policy)


def test_an_application_that_was_broken_off_does_the_rest(policy, charge, monkeypatch):
    for _ in range(4):
        sell(charge)
    policy = approved(policy)
    monkeypatch.setattr("accounts.grandfathering.applying.CHUNK", 1)

    pieces = []

    def die(advance):
        pieces.append(advance)
        if len(pieces) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(policy=policy, advance=die)
    assert PriceLock.objects.count() == 2

    assert apply(policy=policy) == {Status.PROTECTED: 4}
    assert PriceLock.objects.count() == 4


def test_nobody_approves_an_own_policy(policy, charge):
    sell(charge)
    record_preview(policy=policy)
    policy.refresh_from_db()
    with pytest.raises(OwnWork):
        approve(policy=policy, by=policy.author, preview_hash=policy.preview_hash)


def test_a_stale_preview_is_not_approved(policy, charge):
    (line,) = sell(charge)
    record_preview(policy=policy)
    policy.refresh_from_db()
    renew(line=line, on=date(2024, 4, 1))
    with pytest.raises(StalePreview):
        approve(policy=policy, by=UserFactory(), preview_hash="0" * 64)
    sell(charge)
    with pytest.raises(StalePreview):
        approve(policy=policy, by=UserFactory(), preview_hash=policy.preview_hash)


def test_an_edit_clears_preview_and_approval(policy, charge):
    sell(charge)
    policy = approved(policy)

    policy.title = "Other"
    policy.save()

    policy.refresh_from_db()
    assert (policy.state, policy.preview_hash, policy.approver) == (PolicyState.DRAFT, "", None)


def test_another_scope_clears_preview_and_approval(policy, charge):
    sell(charge)
    policy = approved(policy)
    policy.plans.add(a_charge(9).plan)
    policy.refresh_from_db()
    assert (policy.state, policy.approver) == (PolicyState.DRAFT, None)


def test_an_applied_policy_is_never_edited(policy, charge):
    sell(charge)
    policy = approved(policy)
    apply(policy=policy)
    for edit in (
        lambda: GrandfatheringPolicy.objects.filter(pk=policy.pk).update(cap_percent=20),
        policy.plans.clear,
        lambda: GrandfatheringPolicy.objects.filter(pk=policy.pk).update(state="draft"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            edit()


@pytest.mark.parametrize("state", ["approved", "applied", "ended"])
def test_no_statement_skips_the_approval(policy, state):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pricing_grandfatheringpolicy SET state = %s, preview_hash = 'x', "
            "approver_id = %s, approved_at = now() WHERE id = %s",
            [state, UserFactory().pk, policy.pk],
        )


def test_an_approval_of_more_than_seven_days_ago_does_not_count(policy, charge):
    sell(charge)
    now = timezone.now()
    policy = approved(policy, at=now - timedelta(days=7, seconds=1))
    with pytest.raises(TooOld, match="more than 7 days ago"):
        applying.apply(policy=policy, at=now, on=timezone.localdate())
    assert applying.apply(policy=policy, at=now - timedelta(seconds=1), on=timezone.localdate())


def test_a_release_after_the_preview_makes_it_stale(policy, charge):
    """Any that changes what is foreseen until it is approved, then any that names the policy."""
    sell(charge)
    record_preview(policy=policy)
    policy.refresh_from_db()
    costs(charge, 59, on=date(2024, 6, 1))
    with pytest.raises(StalePreview):
        approve(policy=policy, by=UserFactory(), preview_hash=policy.preview_hash)
    policy = approved(policy)
    naming = {"existing_treatment": ReleaseTreatment.POLICY, "policy": policy}
    published(standard(), flat(charge, 69), on=date(2024, 8, 1), **naming)
    with pytest.raises(StalePreview, match="a release changed since the preview"):
        apply(policy=policy)
    assert PriceLock.objects.count() == 0


def test_one_line_of_few_that_changed_stops_before_the_first_write(policy, charge):
    (line, *_) = [sell(charge)[0] for _ in range(5)]
    policy = approved(policy)
    type(line).objects.filter(pk=line.pk).update(amount=28, list_amount=28, mrr=2_800)
    with pytest.raises(StalePreview, match="1 of 5 lines"):
        apply(policy=policy)
    assert PriceLock.objects.count() == 0


def test_a_changed_line_is_left_out_where_few_are(policy, charge):
    (line, *_) = [sell(charge)[0] for _ in range(5)]
    policy = approved(policy)
    Threshold.objects.filter(code="policy-changed-share").update(value=Decimal("0.2"))
    type(line).objects.filter(pk=line.pk).update(amount=28, list_amount=28, mrr=2_800)
    assert apply(policy=policy) == {Status.PROTECTED: 4, CHANGED: 1}
    assert not PriceLock.objects.filter(root=line).exists()


def test_a_policy_is_not_approved_while_an_outcome_is_undefined():
    charge = a_charge(29)
    (line,) = sell(charge)
    terms = {"model": "per_unit", "unit_amount": Decimal(49)}
    costs(charge, None, on=date(2024, 3, 20), treatment="next_boundary", **terms)
    policy = a_policy(charge)
    with pytest.raises(Undecided, match="No step leads 1 lines"):
        approved(policy)

    send_back(policy=policy)
    GrandfatheringException.objects.create(
        policy=policy,
        account=line.account,
        kind="exclude",
        reason="Asked",
        expires_on=date(2030, 1, 1),
        author=UserFactory(),
        approver=UserFactory(),
    )
    sell(a_charge_of(policy))
    assert approved(policy).state == PolicyState.APPROVED


def a_charge_of(policy):
    charge = a_charge(9)
    policy.plans.add(charge.plan)
    return charge


def test_a_policy_that_covers_nobody_is_not_previewed(policy):
    with pytest.raises(NoLines):
        record_preview(policy=policy)


def test_the_policy_that_ranks_before_supersedes_the_lock(policy, charge):
    (line,) = sell(charge)
    old, _ = locked(line, rank=10_000, effective_on=DAY)
    apply(policy=approved(policy))
    old.refresh_from_db()
    assert (old.ends_on, old.end_reason) == (policy.effective_on, LockEnd.SUPERSEDED)
    assert PriceLock.objects.get(policy=policy).root == line


def test_grants_are_locked_beside_the_price(charge):
    (line,) = sell(charge)
    policy = a_policy(charge, freeze_entitlements=True, entitlement_mode="floor")
    apply(policy=approved(policy))
    assert EntitlementLock.objects.count() == (1 if line.plan_version else 0)


def test_an_ended_policy_keeps_what_it_promised(policy, charge):
    sell(charge)
    apply(policy=approved(policy))
    end(policy=policy)
    policy.refresh_from_db()
    assert policy.state == PolicyState.ENDED
    assert PriceLock.objects.get().ends_on is None


def ends_in_2025(charge):
    product = charge.plan.product
    product.end_of_sale_on, product.end_of_life_on = date(2024, 12, 1), date(2025, 6, 1)
    product.save()
    return product


def test_a_policy_is_not_approved_while_nobody_said_what_follows_the_end(policy, charge):
    sell(charge)
    product = ends_in_2025(charge)
    with pytest.raises(Undecided, match="nobody has said what takes its place"):
        approved(policy)
    SunsetPlanFactory(product=product)
    assert approved(policy).state == PolicyState.APPROVED


def test_the_policy_that_is_told_to_supersedes_whatever_the_rank(charge):
    (line,) = sell(charge)
    old, _ = locked(line, rank=1, effective_on=DAY)
    policy = a_policy(charge, rank=7, supersedes=True)
    apply(policy=approved(policy))
    old.refresh_from_db()
    assert (old.ends_on, old.end_reason) == (policy.effective_on, LockEnd.SUPERSEDED)


def test_whom_to_tell_is_told_once_when_the_day_has_come_also_for_nights_that_were_missed(charge):
    lines = [sell(charge)[0] for _ in range(2)]
    policy = a_policy(charge, until="date", until_date=date(2024, 6, 1), cap_percent=None)
    apply(policy=approved(policy))
    end_line(line=lines[1], on=date(2024, 4, 20))
    PriceLock.objects.filter(root=lines[1]).update(
        ends_on=date(2024, 4, 20), end_reason=LockEnd.BY_HAND
    )

    days = [date(2024, 5, 1), date(2024, 5, 4), date(2024, 5, 5), date(2024, 6, 1)]
    assert [tell_notices(on=day) for day in days] == [0, 1, 0, 0]

    told = Event.objects.get(kind="account.notice_due")
    assert told.subject == f"/accounts/{lines[0].account.code}/"
    assert told.payload == {
        "policy": policy.code,
        "lines": 1,
        "moves_on": "2024-06-01",
        "tell_by": "2024-05-02",
    }
