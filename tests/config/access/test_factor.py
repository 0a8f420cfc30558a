"""The second factor, from setting it up to losing it."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from config.access.models import User
from config.access.roles import write_groups
from tests.config.access.conftest import ADMIN, AGAIN, CODE, PASSWORD, SET_UP, code


def admin_paths() -> list[str]:
    """A path for every page of the admin, with made-up arguments."""
    pages = [
        page
        for pattern in admin.site.get_urls()
        for page in getattr(pattern, "url_patterns", [pattern])
        if page.name
    ]
    return [
        reverse(f"admin:{page.name}", kwargs=made_up(page.pattern.regex.groupindex))
        for page in pages
    ] + ["/admin/anything/at/all/"]


def made_up(names) -> dict[str, str]:
    return {name: "access" if name == "app_label" else "1" for name in names}


def test_from_the_first_sign_in_to_the_second_with_a_code(client, ann, required, sign_in, clock):
    assert sign_in()["Location"] == ADMIN
    assert client.get(ADMIN)["Location"].startswith(SET_UP)

    page = client.get(SET_UP)
    secret = page.context["form"].secret
    assert secret in page.text
    kept = client.post(SET_UP, {"code": code(secret)}, follow=True)
    assert kept.text.count("<code>") == 10
    assert client.get(ADMIN).status_code == 200

    client.post("/admin/logout/")
    clock.shift(90)
    assert sign_in()["Location"] == CODE
    assert client.get(ADMIN).status_code == 302  # not in before the code
    assert "Incorrect code" in client.post(CODE, {"code": "000000"}).text
    assert client.post(CODE, {"code": code(secret)})["Location"] == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_a_code_lets_in_once(client, enrolled, sign_in):
    for answer in (302, 200):
        fresh = Client()
        fresh.post("/signin/", {"login": "ann@example.org", "password": PASSWORD})
        assert fresh.post(CODE, {"code": code(enrolled)}).status_code == answer


def test_a_recovery_code_lets_in_once(client, ann, enrolled):
    row = Authenticator.objects.get(user=ann, type="recovery_codes")
    spare = RecoveryCodes(row).get_unused_codes()[0]
    for answer in (302, 200):
        fresh = Client()
        fresh.post("/signin/", {"login": "ann@example.org", "password": PASSWORD})
        assert fresh.post(CODE, {"code": spare}).status_code == answer


def test_five_codes_are_all_one_may_guess(client, enrolled, sign_in):
    sign_in()
    for n in range(5):
        client.post(CODE, {"code": f"00000{n}"})

    assert client.post(CODE, {"code": code(enrolled)}).status_code == 200


def test_recovery_codes_are_shown_once(client, ann, sign_in, clock):
    sign_in()
    secret = client.get(SET_UP).context["form"].secret
    first = client.post(SET_UP, {"code": code(secret)}, follow=True)
    spare = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()

    assert spare[0] in first.text
    assert spare[0] not in client.get("/signin/factor/recovery/").text


def test_staff_without_a_factor_reach_no_page_of_the_admin(client, ann, required):
    ann.is_superuser = True
    ann.save()
    client.force_login(ann)
    out = {reverse("admin:login"), reverse("admin:logout")}
    paths = [path for path in admin_paths() if path not in out]

    assert len(paths) > 60
    for path in paths:
        for ask in (client.get, client.post):
            assert ask(path)["Location"].startswith(SET_UP), path
    assert client.post("/admin/logout/")["Location"] == "/signin/"


def test_a_session_older_than_the_factor_must_show_it(client, ann, enrolled, required):
    old = Client()
    old.force_login(ann)

    assert old.get(ADMIN)["Location"].startswith(AGAIN)
    assert old.get("/signin/factor/app/off/")["Location"].startswith(AGAIN)
    assert old.post(f"{AGAIN}?next={ADMIN}", {"code": code(enrolled)})["Location"] == ADMIN
    assert old.get(ADMIN).status_code == 200


def test_nobody_is_asked_where_it_is_not_required(client, ann):
    client.force_login(ann)

    assert client.get(ADMIN).status_code == 200


def test_the_secret_is_kept_encrypted_and_shown_nowhere(client, ann, enrolled):
    rows = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    boss = User.objects.create_superuser("boss@example.org", PASSWORD)
    client.force_login(boss)

    assert enrolled not in rows
    assert not [m for m in admin.site._registry if m.__module__.startswith("allauth")]
    page = client.get(reverse("admin:access_user_change", args=[ann.pk]))
    assert enrolled not in page.text


def test_a_new_secret_key_needs_the_old_one_as_a_fallback(client, enrolled, settings, sign_in):
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    sign_in()
    assert "Ask an administrator" in client.post(CODE, {"code": code(enrolled)}).text

    settings.SECRET_KEY_FALLBACKS = [old]
    sign_in()
    assert client.post(CODE, {"code": code(enrolled)}).status_code == 302


@pytest.mark.parametrize(
    ("actor", "target", "left"),
    [
        ("user_admin", "ann", 0),
        ("viewer", "ann", 2),
        ("user_admin", "boss", 2),
        ("user_admin", "finance_approver", 2),
        ("user_admin", "finance_preparer", 2),
    ],
)
def test_user_administrators_reset_the_factor_of_their_equals(
    client, ann, enrolled, person, actor, target, left
):
    write_groups()
    if target == "boss":
        User.objects.filter(pk=ann.pk).update(is_superuser=True)
    ann.groups.add(*Group.objects.filter(name=target))
    client.force_login(person(actor, email="uma@example.org", is_staff=True))

    client.post(
        reverse("admin:access_user_changelist"),
        {"action": "reset_factor", "_selected_action": ann.pk},
    )
    assert Authenticator.objects.filter(user=ann).count() == left


def test_nobody_resets_their_own(client, ann, enrolled, sign_in):
    User.objects.filter(pk=ann.pk).update(is_superuser=True)
    client.force_login(ann)
    client.post(
        reverse("admin:access_user_changelist"),
        {"action": "reset_factor", "_selected_action": ann.pk},
    )

    assert Authenticator.objects.filter(user=ann).count() == 2


def test_no_second_list_of_e_mails_grows_beside_the_people(enrolled):
    assert not EmailAddress.objects.exists()
