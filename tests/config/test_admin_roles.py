"""What each role finds in the admin: a spot table, and who may do what with people and keys."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from config.access.keys import issue
from config.access.models import ApiKey, User
from config.access.scopes import Scope
from tests.factories import AccountFactory, LineFactory, ProductFactory, UserFactory

HOME = "/admin/"
PRICE = Decimal(100)
# May they open (v), change (c), add (a)? Of products, accounts, subscriptions, users, keys.
TABLE = {
    "viewer": ("v", "v", "v", "v", "v"),
    "product_ops": ("vca", "v", "v", "", ""),
    "finance_preparer": ("v", "v", "v", "", ""),
    "finance_approver": ("v", "v", "v", "", ""),
    "revops": ("v", "vca", "vca", "v", ""),
    "sales": ("v", "v", "v", "", ""),
    "csm": ("v", "v", "v", "", ""),
    "sales_manager": ("v", "v", "v", "", ""),
    "user_admin": ("", "", "", "vca", "vca"),
    "auditor": ("v", "v", "v", "v", "v"),
}
MODELS = (
    "portfolio_product",
    "accounts_account",
    "accounts_subscription",
    "access_user",
    "access_apikey",
)


@pytest.fixture
def enter(client, person):
    """Signs somebody of a role in."""

    def as_role(role: str, **facts):
        client.force_login(person(role, is_staff=True, email=f"{role}@example.org", **facts))
        return client

    return as_role


@pytest.mark.parametrize("role", TABLE)
def test_each_role_opens_what_the_table_says(role, enter):
    line = LineFactory(amount=PRICE)
    rows = [line.product, line.account, line.subscription, UserFactory()]
    rows.append(issue(name="x", owner=rows[3], scopes=[Scope.METRICS_READ])[0])
    client = enter(role)

    for model, row, may in zip(MODELS, rows, TABLE[role], strict=True):
        status = {
            "v": client.get(reverse(f"admin:{model}_changelist")).status_code,
            "a": client.get(reverse(f"admin:{model}_add")).status_code,
            "c": client.post(reverse(f"admin:{model}_change", args=[row.pk])).status_code,
        }
        assert "".join(sorted(k for k in "vca" if status[k] == 200)) == "".join(sorted(may)), model


@pytest.mark.parametrize("role", TABLE)
def test_everybody_has_a_home_with_what_they_may_open(role, enter):
    LineFactory(amount=PRICE)

    answer = enter(role).get(HOME)

    assert answer.status_code == 200
    sellers = ("sales", "csm", "sales_manager")
    assert ("Customers and what they hold" in answer.text) == (role not in (*sellers, "user_admin"))
    assert ("Your accounts" in answer.text) == (role in sellers)


def test_the_menu_has_only_what_a_person_may_open(enter):
    links = re.findall(r'href="(/admin/[a-z]+/[a-z]+/)"', enter("user_admin").get(HOME).text)

    assert set(links) == {
        "/admin/access/user/",
        "/admin/access/apikey/",
        "/admin/audit/event/",
    }


def test_a_key_is_shown_once(admin_client):
    owner = UserFactory()

    answer = admin_client.post(
        reverse("admin:access_apikey_add"),
        {"name": "Billing", "owner": owner.pk, "scopes": [Scope.METRICS_READ]},
    )

    text = re.search(r"[0-9a-f]{12}\.[\w-]{43}", answer.text)[0]
    assert "no-store" in answer["Cache-Control"]
    page = reverse("admin:access_apikey_change", args=[ApiKey.objects.get(owner=owner).pk])
    assert text not in admin_client.get(page).text


def test_a_key_without_scopes_is_refused_at_its_field(admin_client):
    answer = admin_client.post(
        reverse("admin:access_apikey_add"), {"name": "Billing", "owner": UserFactory().pk}
    )

    assert answer.context["adminform"].form.errors.keys() == {"scopes"}


def test_revoked_keys_stop(enter):
    key, _ = issue(name="x", owner=UserFactory(), scopes=[Scope.METRICS_READ])

    enter("user_admin").post(
        reverse("admin:access_apikey_changelist"),
        {"action": "revoke", "_selected_action": [key.pk]},
    )

    key.refresh_from_db()
    assert key.revoked_at


def test_somebody_who_only_looks_revokes_nothing(enter):
    key, _ = issue(name="x", owner=UserFactory(), scopes=[Scope.METRICS_READ])

    enter("auditor").post(
        reverse("admin:access_apikey_changelist"),
        {"action": "revoke", "_selected_action": [key.pk]},
    )

    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_user_admin_does_not_make_superusers_nor_touch_one(enter):
    boss = UserFactory(is_superuser=True)
    plain = UserFactory()
    client = enter("user_admin")

    client.post(
        reverse("admin:access_user_change", args=[plain.pk]),
        {"email": plain.email, "is_active": "on", "is_superuser": "on"},
    )
    password = client.get(reverse("admin:auth_user_password_change", args=[boss.pk]))

    plain.refresh_from_db()
    assert not plain.is_superuser
    assert password.status_code == 403


def test_a_user_admin_does_not_take_a_role(enter):
    client = enter("user_admin")
    me = User.objects.get(email="user_admin@example.org")

    page = client.get(reverse("admin:access_user_change", args=[me.pk]))

    assert {"groups", "is_staff", "is_superuser"}.isdisjoint(page.context["adminform"].form.fields)


def test_a_user_admin_issues_no_key_in_the_name_of_a_superuser(enter):
    boss = UserFactory(is_superuser=True)

    answer = enter("user_admin").post(
        reverse("admin:access_apikey_add"),
        {"name": "x", "owner": boss.pk, "scopes": [Scope.METRICS_READ]},
    )

    assert answer.context["adminform"].form.errors.keys() == {"owner"}


def test_a_new_person_can_be_given_a_role(admin_client, roles):
    admin_client.post(
        reverse("admin:access_user_add"),
        {
            "email": "New@Example.org",
            "name": "New",
            "password1": "a long one, 8",
            "password2": "a long one, 8",
            "usable_password": "true",
        },
    )

    assert User.objects.get(name="New").email == "new@example.org"


def test_actions_on_customers_are_offered_to_whom_may_take_them(enter):
    account = AccountFactory()
    ProductFactory()
    page = reverse("admin:accounts_account_change", args=[account.pk])

    assert "Put into a segment" in enter("revops").get(page).text
    assert "Put into a segment" not in enter("auditor").get(page).text
