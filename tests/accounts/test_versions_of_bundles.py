"""What becomes of a customer's bundle when a version of it contains other plans."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.bundling import recomposed
from accounts.changes import Wish, change
from accounts.holdings import holding
from accounts.mass_renewal import renew_due
from accounts.models import LedgerEntry, LockEnd, PriceLock, SubscriptionLine
from accounts.renewal import price_schedule, renew, renew_all
from accounts.renewal_facts import facts_of
from config.invariants import invariants
from pricing.models import BundleItem
from pricing.versioning import draft_next, publish
from tests.accounts.priced import DAY, a_bundle, a_charge, costs, money, sell
from tests.factories import ChargeFactory, PlanFactory
from tests.factories.plans import published
from tests.factories.protection import locked

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = (date(2024, month, 1) for month in (4, 5, 6))
SINCE, CHANGED = date(2024, 3, 2), date(2024, 3, 15)


@pytest.fixture
def parts():
    return [a_charge(amount) for amount in (99, 79, 149)]


@pytest.fixture
def suite(parts):
    """A bundle of the first two of them at 150: 83.43 and 66.57."""
    return a_bundle(150, *parts[:2])


@pytest.fixture
def lines(suite):
    return sell(suite)


def contains(charge, *parts, treatment="next_boundary", on=CHANGED, quantity=1):
    """The next version of a bundle, which contains the plans of these charges."""
    last = charge.plan.versions.order_by("number").last()
    draft = draft_next(version=last, starts_on=on)
    draft.items.all().delete()
    for part in parts:
        BundleItem.objects.create(plan_version=draft, plan=part.plan, quantity=quantity)
    return publish(version=draft, existing_treatment=treatment)


def ahead(line, renewals=2, after=DAY):
    return [each.amount for each in price_schedule(line=line, after=after, renewals=renewals)]


def held(lines, on):
    """The amounts of what is held of the subscription on a day, by plan."""
    found = SubscriptionLine.objects.live(on=on).filter(subscription=lines[0].subscription)
    return {each.plan: each.amount for each in found.select_related("plan")}


def amounts(parts, *figures):
    return dict(zip((part.plan for part in parts), money(*figures), strict=True))


def entry(day):
    return LedgerEntry.objects.filter(effective_on=day).latest("position")


def is_consistent():
    return not [v for rule in invariants.values() for v in rule.violations()]


def test_a_plan_that_joins_starts_at_the_end_of_the_term_with_its_share(suite, parts, lines):
    grants = published(parts[2].plan)
    version = contains(suite, *parts)
    assert [ahead(line) for line in lines] == [money("45.41", "45.41"), money("36.24", "36.24")]
    assert held(lines, CHANGED) == amounts(parts[:2], "83.43", "66.57")

    new = renew_all(subscription=lines[0].subscription, on=APRIL)

    assert held(lines, APRIL) == amounts(parts, "45.41", "36.24", "68.35")
    assert [each.previous for each in new] == [*lines, None]
    assert {each.bundle_version for each in new} == {version}
    assert (new[2].plan_version, new[2].quantity, new[2].root) == (grants, 1, None)
    assert new[2].trace[-1]["step"] == "members"
    assert new[2].trace[-1]["reason"].endswith(f"It now contains {parts[2].plan}.")
    found = entry(APRIL)
    assert (found.mrr_before, found.mrr_after) == (15_000, 15_000)
    assert (found.cross_sell, found.price_change, found.product_drop) == (6_835, -6_835, None)
    assert [renew(line=each, on=MAY) for each in new] == new


def test_a_plan_that_leaves_ends_at_the_end_of_the_term_and_the_others_share_the_price(parts):
    charge = a_bundle(150, *parts)
    lines = sell(charge)
    contains(charge, *parts[:2])
    assert [ahead(line, 1) for line in lines] == [money("83.43"), money("66.57"), []]

    assert renew(line=lines[2], on=APRIL).plan == parts[0].plan

    lines[2].refresh_from_db()
    expected = amounts(parts[:2], "83.43", "66.57")
    assert (held(lines, APRIL), lines[2].ends_on) == (expected, APRIL)
    found = entry(APRIL)
    assert (found.product_drop, found.price_change) == (-6_835, 6_835)


def test_one_plan_in_place_of_another_is_a_switch_and_done_alike_by_the_night(suite, parts, lines):
    contains(suite, parts[0], parts[2])
    expected = amounts([parts[0], parts[2]], "59.88", "90.12")
    assert ahead(lines[0], 1) == money("59.88")

    run = renew_due(on=APRIL)

    assert (held(lines, APRIL), run.lines_moved, run.accounts_moved) == (expected, 2, 1)
    assert entry(APRIL).switch_net == 9_012 - 6_657
    assert is_consistent()


def test_what_a_release_and_a_version_change_at_one_boundary_is_one_decision(suite, parts, lines):
    contains(suite, *parts)
    costs(suite, 200, on=date(2024, 3, 20))
    renew(line=lines[0], on=APRIL)
    assert held(lines, APRIL) == amounts(parts, "60.55", "48.32", "91.13")
    assert SubscriptionLine.objects.standing().count() == 5


def test_a_version_that_keeps_customers_moves_nobody(suite, parts, lines):
    contains(suite, *parts, treatment="keep")
    assert ahead(lines[0]) == money("83.43", "83.43")
    assert renew(line=lines[0], on=APRIL) == lines[0]


def test_a_version_that_only_gives_takes_nothing_away(suite, parts, lines):
    contains(suite, parts[0], parts[2], treatment="gains_only")
    renew(line=lines[0], on=APRIL)
    assert held(lines, APRIL) == amounts(parts, "45.41", "36.24", "68.35")

    contains(suite, *parts[:2], on=date(2024, 4, 15))
    renew(line=lines[0], on=MAY)
    assert held(lines, MAY) == amounts(parts[:2], "83.43", "66.57")


def test_a_higher_tier_of_the_same_product_goes_on_in_its_lineage(suite, parts, lines):
    plan = PlanFactory(product=parts[0].plan.product, rank=parts[0].plan.rank + 1)
    pro = ChargeFactory(plan=plan)
    costs(pro, 129)
    contains(suite, pro, parts[1])

    new = renew(line=lines[0], on=APRIL)

    assert (new.plan, new.previous, new.charge) == (plan, lines[0], pro)
    assert held(lines, APRIL) == amounts([pro, parts[1]], "93.03", "56.97")


def test_a_lower_tier_is_no_gain_and_more_of_a_plan_is(suite, parts, lines):
    plan = PlanFactory(product=parts[0].plan.product, rank=0)
    low = ChargeFactory(plan=plan)
    costs(low, 89)
    contains(suite, low, parts[1], quantity=2, treatment="gains_only")

    renew(line=lines[0], on=APRIL)

    found = SubscriptionLine.objects.live(on=APRIL).order_by("plan__product")
    assert [(each.plan, each.quantity) for each in found] == [
        (parts[0].plan, 2),
        (parts[1].plan, 2),
    ]


@pytest.mark.parametrize(
    ("mode", "meanwhile"),
    [
        ("pin", {0: "83.43", 1: "66.57"}),
        ("floor", {0: "45.41", 1: "36.24", 2: "68.35"}),
    ],
)
def test_a_lock_of_what_is_granted_keeps_what_is_in_it_until_it_ends(
    suite, parts, lines, mode, meanwhile
):
    for line in lines:
        line.plan_version = published(line.plan)
        line.save()
    terms = {"freeze_price": False, "freeze_entitlements": True, "entitlement_mode": mode}
    days = {"until": "date", "until_date": date(2024, 4, 20), "effective_on": SINCE}
    locked(holding(line=lines[1], on=DAY)[1], **terms, **days)
    contains(suite, parts[0], parts[2], treatment="policy")
    kept = {parts[n].plan: Decimal(amount) for n, amount in meanwhile.items()}
    assert ahead(lines[0], 3) == [kept[parts[0].plan], *money("59.88", "59.88")]

    renew(line=lines[0], on=APRIL)
    assert held(lines, APRIL) == kept
    renew(line=lines[0], on=MAY)
    assert held(lines, MAY) == amounts([parts[0], parts[2]], "59.88", "90.12")


def test_a_price_lock_stays_with_the_bundle_when_its_line_leaves(suite, parts, lines):
    locked(lines[1], effective_on=SINCE)
    contains(suite, parts[0], parts[2])
    costs(suite, 170, on=date(2024, 3, 20))
    assert ahead(lines[0], 2) == money("59.88", "59.88")

    new = renew(line=lines[0], on=APRIL)

    old, lock = PriceLock.objects.order_by("starts_on")
    assert (old.end_reason, old.ends_on) == (LockEnd.MOVED, APRIL)
    assert (lock.root, lock.starts_on, lock.ends_on) == (lines[0], APRIL, None)
    assert ahead(new, 2, after=APRIL) == money("59.88", "59.88")


def test_where_nothing_stays_the_first_line_goes_on_as_another(parts):
    charge = a_bundle(140, *parts[:2])
    lines = sell(charge)
    locked(lines[1], effective_on=SINCE)
    contains(charge, parts[2])
    costs(charge, 149, on=date(2024, 3, 20), treatment="next_boundary")

    new = renew(line=lines[1], on=APRIL)

    assert (new.plan, new.root, new.amount) == (parts[2].plan, lines[0], 140)
    assert ahead(new, 1, after=APRIL) == money(140)


def test_a_product_that_the_subscription_holds_by_itself_joins_beside_it(suite, parts, lines):
    sell(parts[2], subscription=lines[0].subscription)
    contains(suite, *parts)

    new = renew_due(on=APRIL)

    found = SubscriptionLine.objects.live(on=APRIL).filter(bundle_plan=suite.plan)
    assert new.lines_moved == 3
    assert set(found.values_list("instance", flat=True)) == {1}
    assert not LedgerEntry.objects.filter(effective_on=APRIL).exists()  # nothing came, nothing went


def test_a_part_without_a_price_of_its_own_joins_once_it_has_one(suite, parts, lines):
    late = ChargeFactory()
    draft = draft_next(version=suite.plan.versions.get(), starts_on=CHANGED)
    BundleItem.objects.create(plan_version=draft, plan=late.plan)
    costs(late, 22, on=date(2024, 4, 20))
    publish(version=draft, existing_treatment="next_boundary")
    assert ahead(lines[0], 2) == money("83.43", "74.25")
    assert renew(line=lines[0], on=APRIL) == lines[0]
    renew(line=lines[0], on=MAY)
    assert held(lines, MAY) == amounts([*parts[:2], late], "74.25", "59.25", "16.50")


def test_a_platform_gets_its_new_product_by_its_next_version(parts):
    home = parts[0].plan.product.portfolio
    for part in parts:
        part.plan.product.portfolio = home
        part.plan.product.save()
    charge = a_bundle(150, *parts[:2], kind="platform")
    type(charge.plan).objects.filter(pk=charge.plan.pk).update(portfolio=home)
    lines = sell(charge)
    assert len(lines) == 2
    draft = draft_next(version=charge.plan.versions.get(), starts_on=CHANGED)
    publish(version=draft, existing_treatment="next_boundary")

    renew(line=lines[0], on=APRIL)

    assert held(lines, APRIL) == amounts(parts, "45.41", "36.24", "68.35")


def test_agreed_terms_are_shared_anew_and_paid_as_before(suite, parts):
    lines = sell(suite, amount=Decimal(120), list_amount=Decimal(150))
    contains(suite, *parts)
    renew_due(on=APRIL)
    assert held(lines, APRIL) == amounts(parts, "36.33", "28.99", "54.68")


def test_a_change_within_the_term_does_not_lose_the_version_that_is_to_come(parts):
    charge = a_bundle(None, *parts[:2], model="per_unit", unit_amount=Decimal(150))
    lines = sell(charge)
    contains(charge, *parts)

    lines = change(line=lines[0], wish=Wish(quantity=Decimal(2)), on=date(2024, 3, 20))
    renew(line=lines[0], on=APRIL)

    assert held(lines, APRIL) == amounts(parts, "90.82", "72.48", "136.70")
    found = SubscriptionLine.objects.live(on=APRIL)
    assert {(each.quantity, each.bundle_quantity) for each in found} == {(2, 2)}


def test_a_change_in_the_past_renews_into_the_version_again(suite, parts, lines):
    contains(suite, *parts)
    renew(line=lines[0], on=APRIL)
    change(line=lines[0], wish=Wish(amount=Decimal(120)), on=date(2024, 3, 10))
    assert held(lines, APRIL) == amounts(parts, "36.33", "28.99", "54.68")
    assert is_consistent()


def test_an_old_line_without_a_version_asks_from_its_own_first_day(suite, parts, lines):
    SubscriptionLine.objects.update(bundle_version=None)
    contains(suite, *parts)
    renew(line=SubscriptionLine.objects.get(pk=lines[0].pk), on=APRIL)
    assert held(lines, APRIL) == amounts(parts, "45.41", "36.24", "68.35")


def test_what_is_no_bundle_is_composed_of_nothing(parts):
    (line,) = sell(parts[0])
    (facts,) = facts_of(lines=[line], since=DAY)
    assert recomposed(facts=facts, terms=facts.terms(), on=APRIL) == (None, [])
