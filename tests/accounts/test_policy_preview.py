"""What a policy would do, before anybody decides about it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.grandfathering.outcome import Status
from accounts.grandfathering.preview import outcomes, risks, totals_of
from accounts.grandfathering.scope import lines_in_scope
from accounts.models import GrandfatheringException, PriceLock
from accounts.profiles import classify
from accounts.trials import start_trial
from tests.accounts.priced import DAY, a_charge, costs, money, sell
from tests.factories import (
    AccountFactory,
    HealthScoreFactory,
    SegmentFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.factories.protection import PolicyFactory, locked

pytestmark = pytest.mark.django_db


@pytest.fixture
def charge():
    charge = a_charge(29)
    costs(charge, 49, on=date(2024, 3, 20), treatment="next_boundary")
    return charge


def policy_of(*charges, **terms):
    policy = PolicyFactory(**{"cap_percent": Decimal(10), **terms})
    policy.plans.set([charge.plan for charge in charges])
    return policy


def the_outcome(policy):
    (found,) = outcomes(policy)
    return found


def paid(path):
    return [amount for _, amount, _ in path.steps][:6]


def test_a_line_is_shown_with_and_without_the_policy(charge):
    sell(charge)

    found = the_outcome(policy_of(charge))

    assert (found.status, found.amount, found.listed) == (Status.PROTECTED, 29, 29)
    assert paid(found.policy) == money("31.90", "35.09", "38.60", "42.46", "46.71", 49)
    assert paid(found.forced) == money(*[49] * 6)
    assert PriceLock.objects.count() == 0


def test_s49_the_book_as_a_whole_is_added_up_in_three_scenarios(charge):
    for _ in range(3):
        sell(charge)
    policy = policy_of(charge, cap_percent=None)

    totals = totals_of(policy, outcomes(policy))

    found = totals.money["USD"]
    assert (found.now, found.policy, found.forced, found.frozen) == (8_700, 8_700, 14_700, 8_700)
    assert len(totals.accounts) == 3
    assert set(found.forgone) == {6_000}
    assert totals.uplifts == {"none": 3}


def test_s49_accounts_at_risk_are_the_red_ones_and_those_that_pay_much_more(charge):
    held = [sell(charge)[0] for _ in range(3)]
    for line, day, band in (
        (held[0], date(2024, 3, 1), "red"),
        (held[1], date(2024, 3, 1), "green"),
        (held[1], date(2024, 2, 28), "red"),
        (held[2], date(2023, 3, 1), "red"),  # too long ago to tell
    ):
        HealthScoreFactory(account=line.account, day=day, band=band)
    policy = policy_of(charge, cap_percent=Decimal(50))
    terms = {"until_date": date(2030, 1, 1), "cap_percent": Decimal(30)}
    except_(policy, held[2].account, "custom", **terms)

    told = totals_of(policy, outcomes(policy), **risks(policy)).told()

    # 29 becomes 43.50 by a half, above 30 %; 37.70 by 30 %, which is not above it
    assert (told["above"], told["uplifts"]) == ("0.300000", {"up to 30 %": 1, "up to 50 %": 2})
    names = {name: each["accounts"] for name, each in told["at_risk"].items()}
    assert names["red"] == [held[0].account_id]
    assert names["above"] == [line.account_id for line in held[:2]]
    assert told["money"][0]["forced"] - told["money"][0]["now"] == 3 * 2_000


def test_only_the_plans_of_the_policy_are_covered(charge):
    sell(charge)
    (other,) = sell(a_charge(9))

    assert list(lines_in_scope(policy_of(other.charge))) == [other]


def test_who_began_later_is_not_covered(charge):
    (line,) = sell(charge)
    sell(charge, on=date(2024, 4, 1))

    policy = policy_of(charge, effective_on=date(2024, 5, 1), started_before=date(2024, 3, 2))

    assert list(lines_in_scope(policy)) == [line]


@pytest.mark.parametrize(("months", "covered"), [(2, 1), (3, 0)])
def test_tenure_is_counted_from_the_first_line(charge, months, covered):
    sell(charge)
    policy = policy_of(charge, effective_on=date(2024, 5, 1), min_tenure_months=months)
    assert lines_in_scope(policy).count() == covered


def test_only_the_segments_of_the_policy_are_covered(charge):
    segment = SegmentFactory()
    (line,) = sell(charge)
    sell(charge)
    classify(account=line.account, segment=segment, region=None, starts_on=DAY)
    policy = policy_of(charge)
    policy.segments.add(segment)

    assert list(lines_in_scope(policy)) == [line]


def test_an_exception_counts_only_when_it_is_approved_and_before_it_expires(charge):
    (line,) = sell(charge)
    policy = policy_of(charge)
    made = except_(policy, line.account, "exclude", approver=None)
    assert lines_in_scope(policy).count() == 1

    made.approver = UserFactory()
    made.save()
    assert lines_in_scope(policy).count() == 0

    made.expires_on = policy.effective_on
    made.save()
    assert lines_in_scope(policy).count() == 1


def test_an_exception_includes_who_is_out_of_scope(charge):
    (line,) = sell(charge)
    policy = policy_of(charge, started_before=DAY)
    except_(policy, line.account, "include")
    assert list(lines_in_scope(policy)) == [line]


def test_own_terms_take_the_place_of_the_policys(charge):
    (line,) = sell(charge)
    policy = policy_of(charge)
    except_(policy, line.account, "custom", until_date=date(2024, 5, 1), cap_percent=None)

    assert paid(the_outcome(policy).policy) == money(29, 49, 49, 49, 49, 49)


def except_(policy, account, kind, **facts):
    facts = {"reason": "Agreed", "expires_on": date(2030, 1, 1), "approver": UserFactory(), **facts}
    return GrandfatheringException.objects.create(
        policy=policy, account=account, kind=kind, author=UserFactory(), **facts
    )


def test_a_line_that_a_policy_of_lower_rank_protects_is_already_locked(charge):
    (line,) = sell(charge)
    locked(line, rank=1)
    found = the_outcome(policy_of(charge, rank=2))
    assert found.status == Status.ALREADY_LOCKED
    assert paid(found.policy) == money(*[29] * 6)


def test_a_policy_that_ranks_before_takes_the_place_of_a_lock(charge):
    (line,) = sell(charge)
    locked(line, rank=5, effective_on=DAY)
    found = the_outcome(policy_of(charge, rank=2))
    assert found.status == Status.PROTECTED
    assert paid(found.policy)[:2] == money("31.90", "35.09")


@pytest.mark.parametrize("by", ["rank", "exception"])
def test_an_exception_goes_before_rank_and_rank_decides_between_two_exceptions(charge, by):
    """A policy that ranks behind takes the place of a lock, unless that is by exception, too."""
    (line,) = sell(charge)
    old, _ = locked(line, rank=1, effective_on=DAY)
    policy = policy_of(charge, rank=7)
    made = except_(policy, line.account, "include", approver=None)
    assert the_outcome(policy).status == Status.ALREADY_LOCKED  # nobody approved it yet

    made.approver = UserFactory()
    made.save()
    if by == "exception":
        except_(old.policy, line.account, "include")
    protects = {"rank": Status.PROTECTED, "exception": Status.ALREADY_LOCKED}
    assert the_outcome(policy).status == protects[by]
    plain = policy_of(charge, rank=0)
    kept = {"rank": Status.PROTECTED, "exception": Status.ALREADY_LOCKED}
    assert the_outcome(plain).status == kept[by]


def test_two_policies_never_share_a_rank():
    PolicyFactory(rank=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyFactory(rank=4)


def test_trials_never_lock(charge):
    """Who only tries a plan holds no line of it, and gains no tenure by it."""
    account = AccountFactory()
    start_trial(account=account, plan=charge.plan, starts_on=date(2024, 1, 1), days=90)
    policy = policy_of(charge)
    assert list(lines_in_scope(policy)) == []

    subscription = SubscriptionFactory(account=account, starts_on=DAY, term_months=1)
    (line,) = sell(charge, subscription=subscription)
    assert list(lines_in_scope(policy)) == [line]
    policy.min_tenure_months = 1
    assert list(lines_in_scope(policy)) == []


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {
            "cap_percent": None,
            "until": "renewals",
            "until_renewals": 1,
            "on_expiry": "glide",
            "glide_percent": Decimal(10),
        },
    ],
)
def test_a_line_to_whose_new_price_no_step_leads_is_incompatible(terms):
    charge = a_charge(29)
    sell(charge)
    other = {"model": "per_unit", "unit_amount": Decimal(49)}
    costs(charge, None, on=date(2024, 3, 20), treatment="next_boundary", **other)

    assert the_outcome(policy_of(charge, **terms)).status == Status.INCOMPATIBLE
