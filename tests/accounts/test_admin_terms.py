"""Terms in the admin: looked at, tried before they are done, and explained."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import LedgerEntry, Subscription, SubscriptionLine
from accounts.renewal import price_schedule
from accounts.subscriptions import cancel
from accounts.terms import change_term, next_renewals
from tests.accounts.priced import DAY, a_charge, costs, sell
from tests.factories import SubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def basic():
    return a_charge(29, plan__name="Basic")


@pytest.fixture
def pro(basic):
    return a_charge(
        99, plan__name="Pro", plan__product=basic.plan.product, plan__rank=basic.plan.rank + 1
    )


@pytest.fixture
def line(basic):
    return sell(basic)[0]


def page(name, row):
    return reverse(f"admin:accounts_{name}", args=[row.pk])


def test_a_change_is_shown_before_it_is_done(admin_client, line, pro):
    address = page("subscriptionline_alter", line)
    wish = {"on": "2024-04-17", "charge": pro.pk}

    shown = admin_client.post(address, wish)

    assert shown.context["effects"] == [
        "Ends on 2024-04-17: Basic, 1, $29.00 a month.",
        "Begins on 2024-04-17: Pro, 1, $99.00 a month.",
        f"From 2024-04-17 on {line.subscription} brings $99.00 a month.",
    ]
    assert SubscriptionLine.objects.count() == LedgerEntry.objects.count() == 1

    done = admin_client.post(address, {**wish, "seen": shown.context["seen"]})

    assert done.status_code == 302
    assert SubscriptionLine.objects.live(on=date(2024, 4, 17)).get().plan == pro.plan


def test_another_answer_than_the_one_shown_is_shown_first(admin_client, line, pro):
    address = page("subscriptionline_alter", line)
    seen = admin_client.post(address, {"on": "2024-04-17", "charge": pro.pk}).context["seen"]

    other = admin_client.post(address, {"on": "2024-04-18", "charge": pro.pk, "seen": seen})

    assert other.status_code == 200
    assert other.context["effects"]
    assert SubscriptionLine.objects.count() == 1


def test_a_refusal_is_shown_and_loses_nothing(admin_client, line):
    shown = admin_client.post(page("subscriptionline_alter", line), {"on": "2024-04-17"})

    assert "Name another plan, quantity, interval or amount." in shown.text
    assert shown.context["effects"] is None
    assert SubscriptionLine.objects.count() == 1


def test_a_renewal_that_moves_nothing_says_so(admin_client, line):
    shown = admin_client.post(page("subscriptionline_renew", line), {"on": "2024-04-01"})

    assert shown.context["effects"] == ["Nothing moves."]


def test_cancelling_is_shown_before_it_is_done(admin_client, line):
    address = page("subscription_cancel", line.subscription)

    shown = admin_client.post(address, {"on": "2024-06-01"})
    assert shown.context["effects"][0] == "Ends on 2024-06-01: Basic, 1, $29.00 a month."
    assert Subscription.objects.get().ends_on is None

    admin_client.post(address, {"on": "2024-06-01", "seen": shown.context["seen"]})
    assert Subscription.objects.get().ends_on == date(2024, 6, 1)


def test_a_subscription_shows_its_next_six_renewals(admin_client, line, basic):
    costs(basic, 39, on=date(2024, 5, 10))

    shown = admin_client.get(page("subscription_change", line.subscription) + "?on=2024-03-05")

    assert "A term of 1 month, counted from 2024-03-01." in shown.text
    assert "It renews next on 2024-04-01." in shown.text
    assert all(f"2024-{month:02}-01" in shown.text for month in range(4, 10))
    assert shown.text.count("<strong>$39.00</strong>") == 1


def test_a_page_of_many_lines_asks_as_often_as_one_of_few(
    admin_client, line, django_assert_max_num_queries
):
    for _ in range(8):
        sell(a_charge(5), subscription=line.subscription)
    address = page("subscription_change", line.subscription) + "?on=2024-03-05"
    admin_client.get(address)

    with django_assert_max_num_queries(60):
        admin_client.get(address)


def test_a_line_says_why_it_costs_what_it_does(admin_client, line):
    shown = admin_client.get(page("subscriptionline_change", line))

    assert "is held for $29.00 a month" in shown.text
    assert "Standard has a price for it since 2020-01-01." in shown.text


def test_agreed_terms_say_that_no_price_moves_them(admin_client, basic):
    (line,) = sell(basic, amount=Decimal(20))

    shown = admin_client.get(page("subscriptionline_change", line))

    assert "they refer to no price" in shown.text


def test_what_is_sold_without_an_amount_costs_its_price(admin_client, basic):
    agreement = SubscriptionFactory(starts_on=DAY)
    form = {
        "term_months": 1,
        "lines-TOTAL_FORMS": 0,
        "lines-INITIAL_FORMS": 0,
        "lines-2-TOTAL_FORMS": 1,
        "lines-2-INITIAL_FORMS": 0,
        "lines-2-0-charge": basic.pk,
        "lines-2-0-interval": "month",
        "lines-2-0-starts_on": "2024-03-01",
    }

    answer = admin_client.post(page("subscription_change", agreement), form)

    assert answer.status_code == 302, answer.context["errors"]
    assert SubscriptionLine.objects.get().amount == 29


def test_an_account_renews_on_one_day_after_it_was_shown(admin_client, line, basic, time_machine):
    time_machine.move_to(date(2024, 5, 10))
    account = line.account
    yearly = SubscriptionFactory(account=account, starts_on=date(2024, 3, 15), term_months=12)
    sell(basic, subscription=yearly, on=date(2024, 3, 15))
    address = page("account_coterm", account)
    assert "Make it one day" in admin_client.get(page("account_change", account)).text

    shown = admin_client.post(address, {"renews_on": "2025-03-15"})
    assert shown.context["effects"] == [
        f"{line.subscription} would renew on 2024-06-01: it runs on until 2025-03-15."
    ]
    assert Subscription.objects.filter(anchor_on=None).count() == 2

    admin_client.post(address, {"renews_on": "2025-03-15", "seen": shown.context["seen"]})
    line.subscription.refresh_from_db()
    assert line.subscription.renews_on(after=date(2024, 5, 10)) == date(2025, 3, 15)


def test_another_term_is_shown_before_it_is_agreed_and_cuts_nothing_short(
    admin_client, line, basic, time_machine
):
    time_machine.move_to(date(2024, 5, 10))
    agreement = line.subscription
    form = admin_client.get(page("subscription_change", agreement)).context["adminform"].form
    assert "term_months" not in form.fields
    address = page("subscription_change_term", agreement)

    shown = admin_client.post(address, {"term_months": 12})
    assert shown.context["effects"] == [
        "Committed for 12 months at a time instead of 1.",
        (
            "Renews on 2024-06-01, 2025-06-01, 2026-06-01, instead of 2024-06-01, 2024-07-01, "
            "2024-08-01."
        ),
    ]
    assert Subscription.objects.get().term_months == 1
    admin_client.post(address, {"term_months": 12, "seen": shown.context["seen"]})
    agreement.refresh_from_db()
    assert (agreement.term_months, agreement.anchor_on) == (12, date(2024, 6, 1))
    (first, second) = price_schedule(line=line, after=date(2024, 5, 10), renewals=2)
    assert (first.on, second.on) == (date(2024, 6, 1), date(2025, 6, 1))

    back = change_term(subscription=agreement, term_months=1, on=date(2024, 9, 9)).subscription
    assert next_renewals(subscription=back, after=date(2024, 9, 9), count=2) == [
        date(2025, 6, 1),
        date(2025, 7, 1),
    ]
    assert "already" in admin_client.post(address, {"term_months": 1}).text
    cancel(subscription=agreement, on=date(2024, 7, 1))
    assert "no term follows" in admin_client.post(address, {"term_months": 3}).text
    later = SubscriptionFactory(starts_on=date(2024, 8, 1))
    found = change_term(subscription=later, term_months=6, on=date(2024, 5, 10))
    assert found.subscription.anchor_on is None
