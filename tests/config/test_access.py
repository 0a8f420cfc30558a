import io
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.access.keys import issue, note_use, recognise
from config.access.models import ApiKey, User
from config.access.roles import EVERYTHING, ROLE_FOR_SCOPE, ROLES, permissions_of, write_groups
from config.access.scopes import Scope
from config.access.scoping import _providers, scope_rows, visible
from portfolio.models import Segment

pytestmark = pytest.mark.django_db


def test_an_email_names_one_person_however_it_is_typed(client):
    User.objects.create_user("Ann@Example.org", "secret")

    assert client.login(username="ANN@example.ORG", password="secret")
    with pytest.raises(ValidationError, match="taken"):
        User(email="ann@EXAMPLE.org", password="x").full_clean()


def test_the_database_refuses_capitals_in_an_email():
    user = User.objects.create_user("ann@example.org")

    with (
        pytest.raises(IntegrityError, match="user_email_in_lower_case"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE access_user SET email = 'Ann@example.org' WHERE id = %s", [user.pk])


def test_a_key_opens_the_door_with_its_text_only(person):
    key, text = issue(name="till", owner=person(), scopes=[Scope.CATALOG_READ])
    now = timezone.now()

    assert recognise(text, at=now) == key
    assert recognise(text[:-1] + ("A" if text[-1] != "A" else "B"), at=now) is None
    assert recognise(key.prefix, at=now) is None
    assert recognise("", at=now) is None
    assert text.split(".")[1] not in str(ApiKey.objects.values().get())


@pytest.mark.parametrize("change", ["revoked", "expired", "inactive"])
def test_a_key_stops_at_once(person, change):
    _, text = issue(name="till", owner=person(), scopes=[Scope.CATALOG_READ])
    now = timezone.now()
    if change == "revoked":
        ApiKey.objects.update(revoked_at=now)
    elif change == "expired":
        ApiKey.objects.update(expires_at=now + timedelta(days=1))
        now += timedelta(days=1)
    else:
        User.objects.update(is_active=False)

    assert recognise(text, at=now) is None


def test_a_key_has_scopes_that_exist(person):
    owner = person()
    for scopes in ([], ["prices:approve"]):
        with pytest.raises(ValidationError):
            issue(name="till", owner=owner, scopes=scopes)


def test_recognising_a_key_costs_one_query_with_the_permissions(person, django_assert_num_queries):
    _, text = issue(name="till", owner=person("viewer"), scopes=[Scope.CATALOG_READ])

    with django_assert_num_queries(1):
        owner = recognise(text, at=timezone.now()).owner
        assert owner.has_perm("portfolio.view_product")
        assert not owner.has_perm("portfolio.change_product")


def test_the_permissions_that_come_with_a_key_are_those_django_finds(person):
    person("viewer", email="other@example.org")
    owner = person("sales", "product_ops")
    _, text = issue(name="till", owner=owner, scopes=[Scope.CATALOG_READ])

    found = recognise(text, at=timezone.now()).owner.get_all_permissions()

    assert found == User.objects.get(pk=owner.pk).get_all_permissions()


def test_use_of_a_key_is_noted_once_a_minute(person, django_assert_num_queries):
    key, _ = issue(name="till", owner=person(), scopes=[Scope.CATALOG_READ])
    now = timezone.now()
    note_use(key, at=now)
    key.refresh_from_db()

    assert key.last_used_at == now
    with django_assert_num_queries(0):
        note_use(key, at=now + timedelta(seconds=59))


def test_every_role_is_a_group_with_the_permissions_of_the_table(roles):
    for role in ROLES:
        held = Group.objects.get(name=role).permissions.values_list(
            "content_type__app_label", "codename"
        )
        existing = {name for name in permissions_of(role) if name in _permissions()}
        assert {f"{app}.{codename}" for app, codename in held} == existing


def _permissions() -> set[str]:
    """What the models that there are know as permissions."""
    return {
        f"{model._meta.app_label}.{name}_{model._meta.model_name}"
        for model in apps.get_models()
        for name in (
            *model._meta.default_permissions,
            *(codename.rpartition("_")[0] for codename, _ in model._meta.permissions),
        )
    }


def test_writing_groups_again_changes_nothing_and_repairs_what_was_changed(roles):
    group = Group.objects.get(name="auditor")
    before = set(group.permissions.values_list("pk", flat=True))
    group.permissions.clear()
    write_groups()

    assert set(group.permissions.values_list("pk", flat=True)) == before
    assert Group.objects.count() == len(ROLES)


def test_the_table_names_models_that_exist():
    for name in EVERYTHING:
        assert apps.get_model(name)


def test_who_manages_users_sees_no_prices():
    # Of events, whoever manages users sees those of people and keys alone.
    others = {"audit.view_event"}
    assert {
        name for name in permissions_of("user_admin") if not name.startswith("access.")
    } <= others


def test_who_only_reads_changes_nothing():
    for role in ("viewer", "auditor"):
        names = permissions_of(role)
        assert all(".view_" in name or ".export_" in name for name in names)


def test_who_approves_prices_writes_none_of_them():
    written = {
        f"pricing.{verb}_{name}" for verb in ("add", "change") for name in ("price", "pricerelease")
    }

    assert written <= permissions_of("finance_preparer")
    assert not written & permissions_of("finance_approver")
    assert "pricing.approve_pricerelease" not in permissions_of("finance_preparer")


def test_only_who_does_not_sell_sees_accounts_whoever_looks_after_them():
    everything = {role for role in ROLES if "accounts.view_all_account" in permissions_of(role)}

    assert set(ROLES) - everything == {"sales", "csm", "sales_manager", "user_admin"}


def test_every_scope_has_a_role_that_makes_it_worth_something():
    assert set(ROLE_FOR_SCOPE) == set(Scope)
    assert set(ROLE_FOR_SCOPE.values()) <= set(ROLES)


def test_rows_are_visible_with_the_permission_and_within_the_provider(person, monkeypatch):
    monkeypatch.setattr("config.access.scoping._providers", dict(_providers))
    for rank, code in enumerate(["smb", "enterprise"]):
        Segment.objects.create(code=code, name=code, rank=rank + 900)
    viewer, stranger = person("viewer"), person(email="bob@example.org")

    assert visible(Segment.objects.filter(rank__gte=900), viewer).count() == 2
    assert visible(Segment.objects.all(), stranger).count() == 0

    scope_rows(Segment, lambda rows, actor: rows.filter(code="smb"))
    assert [row.code for row in visible(Segment.objects.filter(rank__gte=900), viewer)] == ["smb"]
    with pytest.raises(ValueError, match="provider already"):
        scope_rows(Segment, lambda rows, actor: rows)


def _command(*words: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("create_api_key", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_prints_the_key_and_nothing_else(roles):
    out, err = _command("bi", "--scopes", "metrics:read,catalog:write")
    key = recognise(out.strip(), at=timezone.now())

    assert out.count("\n") == 1
    assert err == ""
    assert key.scopes == ["catalog:write", "metrics:read"]
    assert not key.owner.has_usable_password()
    assert key.owner.has_perms(["portfolio.add_product", "accounts.view_account"])
    assert not key.owner.has_perm("accounts.change_account")


def test_the_command_takes_an_owner_and_days(person):
    owner = person("sales")
    out, _ = _command("bi", "--scopes", "catalog:read", "--owner", "ANN@example.org", "--days", "2")
    key = recognise(out.strip(), at=timezone.now())

    assert key.owner == owner
    assert recognise(out.strip(), at=timezone.now() + timedelta(days=3)) is None


@pytest.mark.parametrize(
    "words",
    [
        ("bi", "--scopes", "prices:approve"),
        ("bi", "--scopes", ","),
        ("bi", "--scopes", "catalog:read", "--owner", "nobody@example.org"),
        ("bi", "--scopes", "catalog:read", "--days", "0"),
        ("", "--scopes", "catalog:read"),
        ("n" * 101, "--scopes", "catalog:read"),
    ],
)
def test_the_command_says_what_is_wrong(roles, words):
    with pytest.raises(CommandError), transaction.atomic():
        _command(*words)
    assert not ApiKey.objects.exists()
