"""What an account begins to hold, and stops holding."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import LedgerEntry, Subscription, SubscriptionLine
from accounts.selling import NotOnSale
from accounts.subscriptions import AlreadyEnded, add_line, cancel, end_line, start
from tests.factories import AccountFactory, ChargeFactory, LineFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 1)


@pytest.fixture
def charge():
    return ChargeFactory()


@pytest.fixture
def agreement():
    return SubscriptionFactory(starts_on=DAY)


def a_line(charge, **facts) -> SubscriptionLine:
    facts = {"starts_on": DAY, "amount": Decimal(100), **facts}
    return SubscriptionLine(charge=charge, **facts)


def test_a_subscription_starts_with_its_lines(charge):
    account = AccountFactory()
    subscription = Subscription(code="s-1", account=account, currency="USD", starts_on=DAY)

    start(subscription=subscription, lines=[a_line(charge), a_line(charge, instance=1)])

    assert [line.mrr for line in subscription.lines.all()] == [10_000, 10_000]
    assert LedgerEntry.objects.get().mrr_after == 20_000


def test_a_line_takes_account_plan_and_product_from_what_it_is_of(agreement, charge):
    line = add_line(subscription=agreement, line=a_line(charge))

    assert (line.account, line.plan, line.product) == (
        agreement.account,
        charge.plan,
        charge.plan.product,
    )


@pytest.mark.parametrize(
    ("amount", "interval", "currency", "mrr"),
    [
        ("100", "month", "USD", 10_000),
        ("600", "year", "USD", 5_000),
        ("100", "year", "USD", 833),
        ("100", "quarter", "EUR", 3_333),
        ("200", "quarter", "EUR", 6_667),
        ("0.06", "year", "USD", 1),
        ("0.05", "year", "USD", 0),
        ("1000", "year", "JPY", 83),
        ("10", "month", "KWD", 10_000),
        ("0", "month", "USD", 0),
    ],
)
def test_recurring_revenue_is_the_amount_over_its_months_rounded_once(
    charge, amount, interval, currency, mrr
):
    subscription = SubscriptionFactory(account__currency=currency)
    line = LineFactory(subscription=subscription, charge=charge, amount=amount, interval=interval)

    assert line.mrr == mrr


@pytest.mark.parametrize("cadence", ["usage", "one_time"])
def test_what_is_paid_once_or_by_usage_does_not_recur(agreement, cadence):
    line = a_line(ChargeFactory(cadence=cadence))

    assert add_line(subscription=agreement, line=line).mrr == 0
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    "dates",
    [
        {"plan__available_from": None},
        {"plan__available_from": date(2024, 3, 2)},
        {"plan__end_of_sale_on": DAY},
        {"plan__product__available_from": date(2024, 3, 2)},
        {"plan__product__end_of_sale_on": DAY},
        {"plan__product__end_of_life_on": date(2024, 1, 1)},
    ],
)
def test_what_is_not_on_sale_cannot_be_sold(agreement, dates):
    with pytest.raises(NotOnSale, match="is not on sale on 2024-03-01"):
        add_line(subscription=agreement, line=a_line(ChargeFactory(**dates)))

    assert not SubscriptionLine.objects.exists()


@pytest.mark.parametrize(
    "dates",
    [{"plan__available_from": DAY}, {"plan__end_of_sale_on": date(2024, 3, 2)}],
)
def test_the_first_and_the_last_day_of_sale_are_days_of_sale(agreement, dates):
    add_line(subscription=agreement, line=a_line(ChargeFactory(**dates)))


def test_what_is_not_on_sale_leaves_no_subscription_behind(charge):
    draft = ChargeFactory(plan__available_from=None)
    subscription = Subscription(code="s-1", account=AccountFactory(), currency="USD", starts_on=DAY)

    with pytest.raises(NotOnSale):
        start(subscription=subscription, lines=[a_line(charge), a_line(draft)])

    assert not Subscription.objects.exists()
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    ("ends_on", "facts"),
    [
        (None, {"starts_on": date(2024, 2, 29)}),
        (date(2024, 3, 1), {}),
        (date(2024, 6, 1), {"starts_on": date(2024, 6, 1)}),
        (date(2024, 6, 1), {}),
        (date(2024, 6, 1), {"ends_on": date(2024, 6, 2)}),
    ],
)
def test_a_line_lies_within_its_subscription(charge, ends_on, facts):
    agreement = SubscriptionFactory(starts_on=DAY, ends_on=ends_on)

    with pytest.raises(AlreadyEnded):
        add_line(subscription=agreement, line=a_line(charge, **facts))


def test_a_line_may_end_with_its_subscription(charge):
    agreement = SubscriptionFactory(starts_on=DAY, ends_on=date(2024, 6, 1))

    assert add_line(subscription=agreement, line=a_line(charge, ends_on=date(2024, 6, 1))).pk


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": Decimal(-1)},
        {"quantity": Decimal(0)},
        {"list_amount": Decimal(99)},
        {"ends_on": DAY},
        {"interval": "week"},
    ],
)
def test_a_line_that_contradicts_itself_is_refused(agreement, charge, facts):
    with pytest.raises((ValidationError, ValueError)):
        add_line(subscription=agreement, line=a_line(charge, **facts))

    assert not SubscriptionLine.objects.exists()


def test_a_charge_is_held_once_at_a_time(agreement, charge):
    add_line(subscription=agreement, line=a_line(charge, ends_on=date(2024, 5, 1)))

    with pytest.raises(ValidationError, match="Another line of this subscription"):
        add_line(subscription=agreement, line=a_line(charge, starts_on=date(2024, 4, 30)))
    add_line(subscription=agreement, line=a_line(charge, starts_on=date(2024, 5, 1)))


def test_a_subscription_has_its_accounts_currency(charge):
    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriptionFactory(account=AccountFactory(currency="EUR"), currency="USD")


def test_a_line_ends_on_the_first_day_without_it():
    line = end_line(line=LineFactory(starts_on=DAY), on=date(2024, 5, 1))

    assert (line.ends_on, line.voided_at) == (date(2024, 5, 1), None)


@pytest.mark.parametrize("on", [DAY, date(2024, 2, 1)])
def test_a_line_that_ends_before_it_began_never_was(on):
    line = end_line(line=LineFactory(starts_on=DAY), on=on)

    assert (line.ends_on, SubscriptionLine.objects.standing().count()) == (None, 0)
    assert line.voided_at is not None


@pytest.mark.parametrize("on", [date(2024, 5, 1), date(2024, 5, 2)])
def test_a_line_ends_once(on):
    line = LineFactory(starts_on=DAY, ends_on=date(2024, 5, 1))

    with pytest.raises(AlreadyEnded, match="ends on 2024-05-01 already"):
        end_line(line=line, on=on)
    assert end_line(line=line, on=date(2024, 4, 1)).ends_on == date(2024, 4, 1)


def test_a_line_that_never_was_does_not_end():
    line = end_line(line=LineFactory(starts_on=DAY), on=DAY)

    with pytest.raises(AlreadyEnded):
        end_line(line=line, on=date(2024, 9, 1))


def test_cancelling_ends_what_is_held_and_voids_what_was_to_come(agreement):
    running = LineFactory(subscription=agreement, starts_on=DAY)
    ended = LineFactory(subscription=agreement, starts_on=DAY, ends_on=date(2024, 4, 1))
    coming = LineFactory(subscription=agreement, starts_on=date(2024, 9, 1))

    cancel(subscription=agreement, on=date(2024, 6, 1))

    for line in (running, ended, coming):
        line.refresh_from_db()
    assert (running.ends_on, ended.ends_on) == (date(2024, 6, 1), date(2024, 4, 1))
    assert coming.voided_at is not None
    assert agreement.ends_on == date(2024, 6, 1)


def test_cancelling_before_the_start_leaves_nothing(agreement):
    LineFactory(subscription=agreement, starts_on=DAY)

    cancel(subscription=agreement, on=date(2024, 1, 1))

    assert (agreement.ends_on, SubscriptionLine.objects.standing().count()) == (DAY, 0)


def test_a_subscription_is_cancelled_once_but_may_end_sooner(agreement):
    line = LineFactory(subscription=agreement, starts_on=DAY)
    cancel(subscription=agreement, on=date(2024, 6, 1))

    with pytest.raises(AlreadyEnded, match="ends on 2024-06-01 already"):
        cancel(subscription=agreement, on=date(2024, 6, 1))
    cancel(subscription=agreement, on=date(2024, 5, 1))

    line.refresh_from_db()
    assert line.ends_on == date(2024, 5, 1)


def test_live_lines_are_those_held_on_the_day():
    line = LineFactory(starts_on=DAY, ends_on=date(2024, 5, 1))
    end_line(line=LineFactory(starts_on=DAY), on=DAY)

    def live(on):
        return list(SubscriptionLine.objects.live(on=on))

    assert [live(date(2024, 2, 29)), live(DAY)] == [[], [line]]
    assert [live(date(2024, 4, 30)), live(date(2024, 5, 1))] == [[line], []]
