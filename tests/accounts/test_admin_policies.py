"""Policies in the admin, as the people who decide about them use it."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.admin.policy_outlook import scale
from accounts.models import GrandfatheringException, PriceLock
from pricing.models import GrandfatheringPolicy, PolicyState
from tests.accounts.priced import a_charge, costs, sell
from tests.factories import AccountFactory
from tests.factories.people import of_role
from tests.factories.protection import PolicyFactory, locked, policy_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    charge = a_charge(29)
    costs(charge, 49, on=date(2024, 3, 20))
    return [sell(charge)[0] for _ in range(2)]


@pytest.fixture
def policy(lines):
    policy = PolicyFactory(cap_percent=10, title="CRM keeps")
    policy.plans.add(lines[0].plan)
    policy.refresh_from_db()
    return policy


def at(policy, name: str) -> str:
    return reverse(f"admin:pricing_grandfatheringpolicy_{name}", args=[policy.pk])


def as_role(client, role: str):
    client.force_login(of_role(role))
    return client


def test_a_policy_is_drafted_by_the_form(client, lines):
    as_role(client, "finance_preparer")
    form = {
        **policy_form(lines[0].plan_id),
        "exceptions-TOTAL_FORMS": 1,
        "exceptions-INITIAL_FORMS": 0,
        "exceptions-0-account": AccountFactory().pk,
        "exceptions-0-kind": "exclude",
        "exceptions-0-reason": "Asked",
        "exceptions-0-expires_on": "2030-01-01",
    }
    add = reverse("admin:pricing_grandfatheringpolicy_add")
    refused = client.post(add, form)
    assert "needs the field below it" in refused.content.decode()

    kept = client.post(add, {**form, "until_renewals": 2})

    assert kept.status_code == 302, kept.context["errors"]
    policy = GrandfatheringPolicy.objects.get()
    assert (policy.state, list(policy.plans.all())) == ("draft", [lines[0].plan])
    exception = GrandfatheringException.objects.get()
    assert (exception.author, exception.approver) == (policy.author, None)


def test_a_policy_is_previewed_approved_and_applied_by_buttons(client, policy, lines):
    as_role(client, "finance_preparer")
    assert client.post(at(policy, "preview")).url == at(policy, "outlook")
    shown = client.get(at(policy, "outlook")).content.decode()
    assert "$98" in shown
    assert "$31.90" in shown
    assert client.get(at(policy, "outlook"), {"format": "csv"}).content.count(b"\r\n") == 3

    as_role(client, "finance_approver")
    policy.refresh_from_db()
    client.post(at(policy, "approve"), {"preview_hash": policy.preview_hash})
    client.post(at(policy, "apply_it"))

    policy.refresh_from_db()
    assert policy.state == PolicyState.APPLIED
    assert PriceLock.objects.count() == 2
    page = client.get(at(policy, "change")).content.decode()
    assert "How far it is" in page
    assert "Applied" in page
    assert str(policy.approver) in page[page.index("How far it is") :]
    assert "10.0000" not in page


def test_a_stale_approval_is_refused_on_the_form(client, policy, lines):
    as_role(client, "finance_preparer").post(at(policy, "preview"))
    as_role(client, "finance_approver")
    refused = client.post(at(policy, "approve"), {"preview_hash": "0" * 64})
    assert "preview it again" in refused.content.decode()


def test_an_exception_is_approved_on_its_page(client, policy, lines):
    exception = GrandfatheringException.objects.create(
        policy=policy,
        account=lines[0].account,
        kind="exclude",
        reason="Asked",
        expires_on=date(2030, 1, 1),
        author=policy.author,
    )
    as_role(client, "finance_approver")
    page = reverse("admin:accounts_grandfatheringexception_approve", args=[exception.pk])
    client.post(page)
    exception.refresh_from_db()
    assert exception.approver.groups.get().name == "finance_approver"


def test_what_is_protected_is_said_on_subscriptions_lines_and_accounts(admin_client, lines):
    locked(lines[0], title="CRM keeps", cap_percent=10)
    for name, pk in (
        ("subscription", lines[0].subscription_id),
        ("subscriptionline", lines[0].pk),
        ("account", lines[0].account_id),
    ):
        text = admin_client.get(reverse(f"admin:accounts_{name}_change", args=[pk])).content
        assert b"Protected until" in text
        assert b"CRM keeps" in text


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (
            173_856_900,
            173_880_900,
            [173_850_000, 173_860_000, 173_870_000, 173_880_000, 173_890_000],
        ),
        (2_900, 2_900, [2_900, 3_000]),
        (0, 4_900, [0, 2_000, 4_000, 6_000]),
    ],
)
def test_the_chart_has_round_marks_close_around_what_it_shows(low, high, marks):
    assert scale(low, high, unit=100) == marks
