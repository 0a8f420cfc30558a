"""Lines begun and ended on the page of a subscription reach the ledger, or say why not."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import LedgerEntry, Subscription, SubscriptionLine
from config.access.roles import write_groups
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    SubscriptionFactory,
    UserFactory,
)

NO_LINES = {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
SINCE = date(2020, 1, 1)


def line_form(prefix: str = "lines", **fields) -> dict:
    """One new line, as the page sends it."""
    given = {"interval": "month", "starts_on": "2025-01-01", "amount": "29.90", **fields}
    return {
        f"{prefix}-TOTAL_FORMS": 1,
        f"{prefix}-INITIAL_FORMS": 0,
        **{f"{prefix}-0-{name}": value for name, value in given.items()},
    }


def extended(subscription, client, **fields):
    """The answer to adding a line on the page of a subscription that is there."""
    return client.post(
        reverse("admin:accounts_subscription_change", args=[subscription.pk]),
        {"term_months": 1, **NO_LINES, **line_form("lines-2", **fields)},
    )


def confirmed(client, page, row, answer) -> None:
    """Gives the answer, looks at what it would do, and gives it again."""
    address = reverse(f"admin:accounts_{page}", args=[row.pk])
    shown = client.post(address, answer)
    client.post(address, {**answer, "seen": shown.context["seen"]})


def revenue() -> list[int]:
    return list(LedgerEntry.objects.order_by("position").values_list("mrr_after", flat=True))


def errors(answer) -> dict:
    """What is wrong, field by field, with the new line."""
    return answer.context["inline_admin_formsets"][-1].formset.errors[0]


def test_a_subscription_starts_with_its_line(admin_client):
    account, charge = AccountFactory(currency="EUR"), ChargeFactory()

    admin_client.post(
        reverse("admin:accounts_subscription_add"),
        {
            "code": "s-1",
            "account": account.pk,
            "starts_on": "2025-01-01",
            "term_months": 12,
            **line_form(charge=charge.pk),
        },
    )

    subscription = Subscription.objects.get(code="s-1")
    assert subscription.currency == "EUR"
    assert subscription.lines.get().product == charge.plan.product
    assert revenue() == [2990]


def test_a_line_added_later_reaches_the_ledger(admin_client):
    line = LineFactory(amount=Decimal(10))

    extended(line.subscription, admin_client, charge=ChargeFactory().pk)

    assert revenue() == [1000, 3990]


def test_a_yearly_price_counts_by_the_month(admin_client):
    extended(
        SubscriptionFactory(),
        admin_client,
        charge=ChargeFactory().pk,
        interval="year",
        amount="120",
    )

    assert revenue() == [1000]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"ends_on": "2024-01-01"}, "ends_on", "It must end after it starts."),
        ({"amount": "-1"}, "amount", "Amounts are not negative"),
        ({"amount": "NaN"}, "amount", "Enter a number."),
        ({"list_amount": "10", "amount": "20"}, "amount", "nobody pays more than the list price"),
        ({"quantity": "0"}, "quantity", "The quantity is more than nothing."),
        ({"charge": ""}, "charge", "This field is required."),
    ],
)
def test_a_wrong_line_says_so_beside_its_field(admin_client, fields, field, sentence):
    subscription = SubscriptionFactory()

    answer = extended(subscription, admin_client, **{"charge": ChargeFactory().pk, **fields})

    assert sentence in str(errors(answer)[field])
    assert not SubscriptionLine.objects.exists()
    assert 'value="2025-01-01"' in answer.text


def test_a_line_over_another_is_refused_and_nothing_typed_is_lost(admin_client):
    line = LineFactory(amount=Decimal(10))

    answer = extended(line.subscription, admin_client, charge=line.charge_id)

    assert "Another line of this subscription covers part of these days." in answer.text
    assert 'value="29.90"' in answer.text
    assert revenue() == [1000]


def test_the_second_of_two_lines_that_clash_takes_the_first_with_it(admin_client):
    subscription, charge = SubscriptionFactory(), ChargeFactory()
    one = line_form("lines-2", charge=charge.pk)
    two = {name.replace("-0-", "-1-"): value for name, value in one.items()}

    answer = admin_client.post(
        reverse("admin:accounts_subscription_change", args=[subscription.pk]),
        {"term_months": 1, **NO_LINES, **two, **one, "lines-2-TOTAL_FORMS": 2},
    )

    assert "Another line of this subscription covers part of these days." in answer.text
    assert not SubscriptionLine.objects.exists()


def test_a_line_is_ended_from_a_day_on(admin_client):
    line = LineFactory(amount=Decimal(10))

    confirmed(admin_client, "subscriptionline_end", line, {"on": "2025-03-01"})

    line.refresh_from_db()
    assert line.ends_on == date(2025, 3, 1)
    assert revenue() == [1000, 0]


def test_ending_a_line_twice_is_refused_in_words(admin_client):
    line = LineFactory(amount=Decimal(10), ends_on=date(2024, 1, 1))

    answer = admin_client.post(
        reverse("admin:accounts_subscriptionline_end", args=[line.pk]), {"on": "2025-03-01"}
    )

    assert "ends on 2024-01-01 already" in answer.text
    assert 'value="2025-03-01"' in answer.text


def test_cancelling_ends_everything_that_is_held(admin_client):
    subscription = SubscriptionFactory()
    for _ in range(2):
        LineFactory(subscription=subscription, amount=Decimal(10))

    confirmed(admin_client, "subscription_cancel", subscription, {"on": "2025-03-01"})

    assert {line.ends_on for line in subscription.lines.all()} == {date(2025, 3, 1)}
    assert revenue()[-1] == 0


@pytest.mark.parametrize("role", ["viewer", "auditor", "product_ops"])
def test_who_only_looks_ends_and_cancels_nothing(role, client, db):
    line = LineFactory(amount=Decimal(10))
    client.force_login(_of_role(role))

    ended = client.post(
        reverse("admin:accounts_subscriptionline_end", args=[line.pk]), {"on": "2025-03-01"}
    )
    cancelled = client.post(
        reverse("admin:accounts_subscription_cancel", args=[line.subscription_id]),
        {"on": "2025-03-01"},
    )

    assert (ended.status_code, cancelled.status_code) == (403, 403)
    assert revenue() == [1000]


def _of_role(role: str):
    write_groups()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def test_a_known_line_is_shown_and_not_edited(admin_client):
    line = LineFactory(amount=Decimal("19.99"))

    page = admin_client.get(
        reverse("admin:accounts_subscription_change", args=[line.subscription_id])
    )

    assert "$19.99 a month" in page.text
    assert f"End {line.plan}" in page.text
    assert not page.context["inline_admin_formsets"][0].formset.can_delete


def test_money_is_shown_in_the_currency_and_its_digits(admin_client):
    account = AccountFactory(currency="JPY")
    line = LineFactory(subscription=SubscriptionFactory(account=account), amount=Decimal(1200))

    page = admin_client.get(reverse("admin:accounts_subscriptionline_change", args=[line.pk]))

    assert "¥1,200" in page.text
    assert "1,200.00" not in page.text
