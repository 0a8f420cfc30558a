"""One story, told by a file, by a program and by hand, leaves the same rows."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import LedgerEntry, Part, Subscription, SubscriptionLine
from portfolio.models import Product
from tests.accounts.test_admin_subscriptions import confirmed, line_form
from tests.factories import AccountFactory, ChargeFactory, ProductFactory
from tests.factories.books import bring

pytestmark = pytest.mark.django_db

# Product, tier, first day, first day without it, paid a month.
STORY = [
    ("CRM", "base", "2024-01-01", "2024-09-01", "100.00"),
    ("CRM", "pro", "2024-09-01", None, "160.00"),
    ("MKT", "base", "2024-03-15", None, "50.50"),
    ("DATA", "base", "2024-05-01", "2024-05-02", "10.00"),
]
LINE = ("product__code", "plan__code", "charge__code", "starts_on", "ends_on", "interval")
MONEY = ("amount", "mrr", "voided_at")
ENTRY = (
    "effective_on",
    "sign",
    "kind",
    "set_before__products",
    "set_after__products",
    "mrr_before",
    "mrr_after",
)


@pytest.fixture
def charges():
    return {
        (product, tier): ChargeFactory(
            plan__code=f"{product}-{tier}",
            plan__name=tier,
            plan__product=product_of(product),
        )
        for product, tier in dict.fromkeys(row[:2] for row in STORY)
    }


def product_of(code):
    return Product.objects.filter(code=code).first() or ProductFactory(code=code)


def code_of(number: int) -> str:
    return f"s-{number}"


def by_file(folder) -> None:
    items = "\n".join(
        f"acme {product} {tier} {start} {end or '-'} {int(float(paid) * 100)}"
        for product, tier, start, end, paid in STORY
    )
    bring(folder, "acme - - 2024-01-01", items, currency="EUR")


def by_program(api) -> None:
    AccountFactory(code="acme", currency="EUR", created_on="2024-01-01")
    for number, (product, tier, start, end, paid) in enumerate(STORY):
        line = {"plan": f"{product}-{tier}", "amount": {"amount": paid, "currency": "EUR"}}
        body = {"code": code_of(number), "account": "acme", "starts_on": start, "lines": [line]}
        key = {"HTTP_IDEMPOTENCY_KEY": f"key-{number}"}
        answer = api.post("/api/v1/subscriptions/", body, content_type="application/json", **key)
        assert answer.status_code == 201, answer.content
        if end:
            address = f"/api/v1/subscriptions/{code_of(number)}/cancel/"
            ended = api.post(
                address,
                {"on": end},
                content_type="application/json",
                HTTP_IDEMPOTENCY_KEY=f"end-{number}",
            )
            assert ended.status_code == 200, ended.content


def by_hand(client, charges) -> None:
    account = AccountFactory(code="acme", currency="EUR", created_on="2024-01-01")
    for number, (product, tier, start, end, paid) in enumerate(STORY):
        charge = charges[product, tier].pk
        facts = {"code": code_of(number), "account": account.pk, "starts_on": start}
        client.post(
            reverse("admin:accounts_subscription_add"),
            {**facts, "term_months": 1} | line_form(charge=charge, starts_on=start, amount=paid),
        )
        if end:
            made = Subscription.objects.get(code=code_of(number))
            confirmed(client, "subscription_cancel", made, {"on": end})


def left() -> tuple[list, list]:
    """The lines, and what the ledger says of them in the end, however it came to say so."""
    lines = SubscriptionLine.objects.filter(account__code="acme").order_by(*LINE)
    entries = LedgerEntry.objects.order_by("position").values_list(*ENTRY, *Part.values)
    last = {day: (sign, *facts) for day, sign, *facts in entries}
    return list(lines.values_list(*LINE, *MONEY)), sorted(last.items())


def test_a_file_a_program_and_a_person_leave_the_same_rows(tmp_path, api, admin_client, charges):
    doors = [
        lambda: by_file(tmp_path),
        lambda: by_program(api),
        lambda: by_hand(admin_client, charges),
    ]
    told = [undone(door) for door in doors]

    assert len(told[0][0]) == len(STORY)
    assert told[0] == told[1] == told[2]


def undone(door) -> tuple[list, list]:
    """What telling the story leaves; afterwards it was never told."""
    with transaction.atomic():
        door()
        found = left()
        transaction.set_rollback(True)
    return found
