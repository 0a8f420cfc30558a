"""Credits in the admin: granted, a use of them corrected, the rest taken back."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import CreditDraw, CreditGrant
from tests.factories import AccountFactory
from tests.factories.credits import CreditUnitFactory, burn_table, drawn
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db


def page(model: str, action: str, row) -> str:
    return reverse(f"admin:accounts_{model}_{action}", args=[row.pk])


def test_credits_are_granted_drawn_corrected_and_taken_back(client):
    client.force_login(of_role("revops"))
    account, unit, today = AccountFactory(), CreditUnitFactory(), timezone.localdate()
    form = {
        "unit": unit.pk,
        "credits": "100",
        "source": "promo",
        "starts_on": str(today),
        "ends_on": str(today),
        "priority": "100",
        "cost": "0",
        "change_reason": "Sorry for the outage",
    }
    refused = client.post(page("account", "grant_credits", account), form)
    assert "It must end after it starts." in refused.content.decode()
    assert not CreditGrant.objects.exists()

    client.post(page("account", "grant_credits", account), {**form, "ends_on": ""})
    grant = CreditGrant.objects.get()
    assert (grant.account, grant.credits, grant.reason) == (account, 100, "Sorry for the outage")

    use = drawn(account, unit, burn_table(unit)["lookups"], 3, on=today)
    client.post(page("creditdraw", "correct", use), {"change_reason": "Counted twice"})
    correction = CreditDraw.objects.get(corrects=use)
    grant.balance.refresh_from_db()
    assert (correction.credits, grant.balance.left) == (Decimal(-60), 100)

    client.post(page("creditgrant", "withdraw", grant), {"change_reason": "Not meant for them"})
    grant.balance.refresh_from_db()
    assert grant.balance.left == 0
    again = client.post(page("creditgrant", "withdraw", grant), {"change_reason": "Again"})
    assert again.status_code == 200
