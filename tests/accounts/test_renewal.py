"""What is paid after the ends of terms: now, ahead of time, and by which releases."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from accounts.facts import Cost, Grant
from accounts.holdings import NotHeld, holding
from accounts.models import LedgerEntry, Origin, SubscriptionLine
from accounts.profiles import classify
from accounts.renewal import NotABoundary, price_schedule, renew, walk
from accounts.renewal_facts import facts_of
from accounts.subscriptions import cancel
from config.money import round_money
from pricing.models import Treatment
from pricing.publication import cancel as cancel_release
from tests.accounts.priced import DAY, a_charge, costs, money, sell
from tests.factories import LineFactory, PlanVersionFactory, SubscriptionFactory
from tests.factories.prices import PriceBookFactory

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE, JULY = (date(2024, month, 1) for month in (4, 5, 6, 7))


@pytest.fixture
def charge():
    return a_charge(29)


@pytest.fixture
def line(charge):
    (line,) = sell(charge)
    return line


def amounts(line, renewals, after=DAY):
    return [each.amount for each in price_schedule(line=line, after=after, renewals=renewals)]


def days(line, renewals, after=DAY):
    return [each.on for each in price_schedule(line=line, after=after, renewals=renewals)]


def test_a_line_renews_at_what_it_paid_while_no_price_changes(line):
    assert amounts(line, 3) == money(29, 29, 29)
    assert renew(line=line, on=APRIL) == line
    assert SubscriptionLine.objects.count() == 1


def test_a_new_price_is_paid_from_the_next_boundary(line, charge):
    costs(charge, 49, on=date(2024, 4, 15))

    assert amounts(line, 3) == money(29, 49, 49)


def test_renewing_writes_what_the_schedule_said_with_the_steps_to_it(line, charge):
    costs(charge, 49, on=date(2024, 4, 15))
    (_, second) = price_schedule(line=line, after=DAY, renewals=2)

    assert renew(line=line, on=APRIL) == line
    new = renew(line=line, on=MAY)

    line.refresh_from_db()
    assert (line.ends_on, new.starts_on, new.ends_on) == (MAY, MAY, None)
    assert (new.amount, new.list_amount, new.mrr, new.origin) == (49, 49, 4_900, Origin.RENEWAL)
    assert (new.price, new.previous, new.root) == (second.price, line, line)
    assert new.trace == second.trace
    assert [step["step"] for step in new.trace] == ["release"]
    assert LedgerEntry.objects.get(effective_on=MAY).price_change == 2_000


def test_renewing_twice_renews_once(line, charge):
    costs(charge, 49, on=MAY)

    first = renew(line=line, on=MAY)

    assert renew(line=line, on=MAY) == renew(line=first, on=MAY) == first
    assert SubscriptionLine.objects.count() == 2


def test_nothing_moves_within_a_term(line):
    with pytest.raises(NotABoundary, match="its term ends on 2024-05-01, not on 2024-04-02"):
        renew(line=line, on=date(2024, 4, 2))


def test_an_annual_contract_billed_monthly_moves_only_at_its_anniversary(charge):
    (line,) = sell(charge, term_months=12)
    costs(charge, 49, on=APRIL)

    assert days(line, 2) == [date(2025, 3, 1), date(2026, 3, 1)]
    assert amounts(line, 2) == money(49, 49)
    with pytest.raises(NotABoundary):
        renew(line=line, on=MAY)


def test_what_is_paid_by_the_year_is_committed_for_a_year():
    charge = a_charge()
    costs(charge, 290, interval="year")
    (line,) = sell(charge, interval="year", term_months=1)

    assert days(line, 1) == [date(2025, 3, 1)]


def test_an_add_on_bought_within_the_term_moves_with_its_subscription(charge):
    agreement = SubscriptionFactory(starts_on=DAY, term_months=12)
    (line,) = sell(charge, subscription=agreement, on=date(2024, 10, 20))

    assert days(line, 1, after=date(2024, 10, 20)) == [date(2025, 3, 1)]


def test_boundaries_are_counted_from_the_first_day_through_short_months(charge):
    (line,) = sell(charge, on=date(2024, 1, 31))

    assert days(line, 3, after=date(2024, 1, 31)) == [
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
    ]


def test_a_release_that_keeps_leaves_those_who_have_it(line, charge):
    costs(charge, 49, on=APRIL, treatment="keep")

    assert amounts(line, 2) == money(29, 29)


def test_of_several_releases_the_latest_that_moves_wins(line, charge):
    costs(charge, 39, on=date(2024, 3, 5))
    costs(charge, 49, on=date(2024, 3, 10))
    costs(charge, 99, on=date(2024, 3, 20), treatment="keep")

    assert amounts(line, 2) == money(49, 49)
    steps = price_schedule(line=line, after=DAY, renewals=1)[0].trace
    assert [bool(step["matched"]) for step in steps] == [True, True, False]


def test_what_a_later_release_keeps_stays_what_an_earlier_one_set(line, charge):
    costs(charge, 39, on=date(2024, 3, 5))
    new = renew(line=line, on=APRIL)
    costs(charge, 99, on=date(2024, 4, 20), treatment="keep")

    assert amounts(new, 2, after=APRIL) == money(39, 39)


def test_a_cancelled_release_never_was(line, charge):
    release = costs(charge, 49, on=MAY)
    cancel_release(release=release, by=release.author, on=APRIL, reason="No.")

    assert amounts(line, 3) == money(29, 29, 29)


def test_a_customer_of_another_segment_pays_its_book_from_the_next_boundary(line, charge):
    book = PriceBookFactory()
    costs(charge, 19, book=book, treatment="keep")
    classify(account=line.account, segment=book.segment, region=None, starts_on=date(2024, 4, 9))

    assert amounts(line, 3) == money(29, 19, 19)
    assert renew(line=line, on=MAY).price.book == book


def test_a_contract_counts_from_the_next_boundary(line, charge):
    book = PriceBookFactory(segment=None, account_code=line.account.code)
    costs(charge, 25, on=date(2024, 3, 20), book=book)

    assert amounts(line, 2) == money(25, 25)


def test_a_price_that_ends_leaves_those_it_is_kept_for_and_moves_the_others(charge):
    book = PriceBookFactory()
    agreement = SubscriptionFactory(starts_on=DAY)
    classify(account=agreement.account, segment=book.segment, region=None, starts_on=DAY)
    costs(charge, 19, book=book)
    (line,) = sell(charge, subscription=agreement)

    ends = {"book": book, "is_end": True, "model": ""}
    costs(charge, None, on=date(2024, 3, 20), treatment="keep", **ends)
    assert amounts(line, 2) == money(19, 19)

    costs(charge, 18, on=date(2024, 3, 25), book=book, treatment="keep")
    costs(charge, None, on=date(2024, 4, 20), **ends)
    assert amounts(line, 2) == money(19, 29)


def test_what_is_paid_stays_where_no_book_has_a_price_any_more(line, charge):
    costs(charge, None, on=date(2024, 3, 20), is_end=True, model="")

    assert amounts(line, 1) == money(29)
    (step, *_) = price_schedule(line=line, after=DAY, renewals=1)[0].trace[1:]
    assert (step["step"], "What is paid stays" in step["reason"]) == ("no_price", True)


def test_terms_that_were_agreed_are_moved_by_no_price(charge):
    line = LineFactory(charge=charge, starts_on=DAY, subscription__starts_on=DAY, amount=20)
    costs(charge, 49, on=APRIL)

    assert amounts(line, 2) == money(20, 20)
    assert line.price is None


def test_a_quantity_is_counted_at_the_new_price():
    charge = a_charge()
    costs(charge, None, model="per_unit", unit_amount=Decimal(10))
    (line,) = sell(charge, quantity=Decimal(7))
    costs(charge, None, model="per_unit", unit_amount=Decimal(12), on=APRIL)

    assert (line.amount, amounts(line, 1)) == (70, money(84))


def test_what_ends_does_not_renew(line):
    cancel(subscription=line.subscription, on=date(2024, 5, 10))

    assert days(line, 6) == [APRIL, MAY]
    with pytest.raises(NotHeld):
        renew(line=line, on=JUNE)


def test_a_renewal_of_what_will_end_ends_with_it(line, charge):
    cancel(subscription=line.subscription, on=date(2024, 5, 10))
    costs(charge, 49, on=APRIL)

    assert renew(line=line, on=APRIL).ends_on == date(2024, 5, 10)


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        (Treatment.KEEP, (1, None)),
        (Treatment.GAINS_ONLY, (2, 1)),
        (Treatment.NEXT_BOUNDARY, (2, None)),
        (Treatment.POLICY, (2, None)),
    ],
)
def test_versions_move_as_they_treat_existing_customers(charge, treatment, expected):
    first = version(charge.plan, 1, date(2020, 1, 1), Treatment.KEEP)
    (line,) = sell(charge)
    assert line.plan_version == first
    first.ends_on = date(2024, 3, 20)
    first.save()
    version(charge.plan, 2, date(2024, 3, 20), treatment)

    new = renew(line=line, on=APRIL)

    found = new.plan_version.number, new.floor_version and new.floor_version.number
    assert found == expected
    assert (new == line) is (treatment == Treatment.KEEP)


def version(plan, number, starts_on, treatment):
    facts = {"plan": plan, "number": number, "starts_on": starts_on}
    return PlanVersionFactory(**facts, state="published", existing_treatment=treatment)


@dataclass
class Cap:
    """A lock that lets what is paid grow by a tenth at each renewal, towards the list price."""

    def cost(self, *, facts, now, offer, by_policy, listed, on):
        listed_amount = listed.amount.total
        capped = round_money(now.amount * Decimal("1.1"), facts.currency)
        return Cost(listed.price, min(listed_amount, capped), listed_amount), []

    def grant(self, *, line, now, offer, by_policy, on):
        return now, []

    def move(self, *, facts, now, on):
        return None, []


def test_a_lock_enters_the_walk_at_every_boundary(line, charge):
    costs(charge, 49, on=date(2024, 3, 2))
    (facts,) = facts_of(lines=holding(line=line, on=DAY), since=DAY)
    facts = facts.under(Cap())

    steps = walk(facts=facts, after=DAY)
    found = [next(steps)[1].cost.amount for _ in range(7)]

    assert found == money("31.90", "35.09", "38.60", "42.46", "46.71", 49, 49)


def test_the_schedule_of_many_lines_takes_as_many_queries_as_of_one(
    charge, django_assert_num_queries
):
    lines = [sell(charge)[0] for _ in range(12)]
    costs(charge, 49, on=APRIL)
    held = SubscriptionLine.objects.select_related("subscription", "account", "price")

    counts = []
    for some in (lines[:1], lines):
        rows = list(held.filter(pk__in=[line.pk for line in some]))
        with django_assert_num_queries(9):
            found = facts_of(lines=rows, since=DAY)
            counts.append([next(walk(facts=f, after=DAY))[1].cost.amount for f in found])
    assert counts == [money(49), money(49) * 12]


def test_a_grant_without_a_version_waits_for_one_that_moves(charge):
    (line,) = sell(charge)
    version(charge.plan, 1, date(2024, 3, 20), Treatment.GAINS_ONLY)

    (found,) = price_schedule(line=line, after=DAY, renewals=1)

    assert found.grant == Grant(charge.plan.versions.get().pk)
