"""What the pages of signing in promise: headers, cookies, ways in and out."""

import os
import re
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config.access.keys import issue
from config.access.scopes import Scope
from config.localpg.place import CHECKOUT
from tests.config.access.conftest import ADMIN, CODE, PASSWORD, SET_UP, SIGN_IN, code
from tests.factories.people import of_role

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DEBUG": "0",
    "SECRET_KEY": "Jq7!" * 16 + "tZ0-x9",
    "ALLOWED_HOSTS": "portico.example.com",
    "DATABASE_URL": "postgresql://portico@127.0.0.1:1/portico",
}
COOKIES = """
import django; django.setup()
from django.conf import settings
print(settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
      settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_AGE, settings.CSRF_COOKIE_SECURE,
      settings.MFA_REQUIRED, settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.PASSWORD_RESET_BY_MAIL)
"""


def production(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**kept, **PRODUCTION, **environment},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_passes_djangos_own_checks():
    run = production("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (run.returncode, run.stderr) == (0, "")
    assert "no issues (0 silenced)" in run.stdout


def test_production_asks_for_factors_and_guards_its_cookies():
    assert production("-c", COOKIES).stdout.split() == (
        ["True", "True", "Lax", "43200", "True", "True", "1", "False"]
    )


def test_mail_opens_the_way_to_a_new_password(client, db):
    assert production("-c", COOKIES, EMAIL_HOST="mail.example.com").stdout.split()[-1] == "True"
    with pytest.raises(NoReverseMatch):
        reverse("account_reset_password")
    assert client.get("/signin/password/").status_code == 404
    for nothing in ("signup/", "email/", "accounts/", "3rdparty/"):
        assert client.get(f"{SIGN_IN}{nothing}").status_code == 404


def test_the_admins_form_leads_to_the_one_place(client, db):
    assert client.get("/admin/access/user/")["Location"] == "/admin/login/?next=/admin/access/user/"
    there = client.get("/admin/login/?next=/admin/access/user/")["Location"]
    assert there == "/signin/?next=%2Fadmin%2Faccess%2Fuser%2F"
    assert client.post("/admin/login/", {"username": "x", "password": "y"})["Location"]


def test_the_page_asked_for_comes_after_signing_in(client, ann):
    form = {"login": "ANN@example.org", "password": PASSWORD}

    assert client.post(SIGN_IN, {**form, "next": "/admin/access/user/"})["Location"] == (
        "/admin/access/user/"
    )
    client.post("/signin/out/")
    assert client.post(SIGN_IN, {**form, "next": "//evil.example"})["Location"] == ADMIN


@pytest.mark.parametrize("way_out", ["/admin/logout/", "/signin/out/"])
def test_signing_out_ends_the_session(client, ann, sign_in, way_out):
    sign_in()
    before = client.session.session_key

    assert client.post(way_out)["Location"] == SIGN_IN
    assert client.get(ADMIN).status_code == 302
    assert client.session.session_key != before


def test_signing_in_changes_the_session(client, ann, sign_in):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in()

    assert client.session.session_key != before


def test_somebody_without_the_admin_is_told_so(client, ann, sign_in):
    ann.is_staff = False
    ann.save()
    sign_in()

    page = client.get(ADMIN, follow=True)
    assert page.status_code == 403
    assert "may not enter the admin" in page.text
    assert 'action="/signin/out/"' in page.text


@pytest.mark.django_db
def test_a_page_that_is_not_there_or_not_ones_own_leads_home(client):
    assert 'href="/admin/"' not in client.get("/nowhere/").text

    client.force_login(of_role("viewer"))

    for path, status, said in (
        ("/nowhere/", 404, "Nothing here"),
        ("/admin/access/user/add/", 403, "Your roles do not open this page"),
    ):
        page = client.get(path)
        assert page.status_code == status
        assert said in page.text
        assert 'href="/admin/"' in page.text


@pytest.mark.parametrize("path", [SIGN_IN, SET_UP, "/signin/factor/"])
def test_pages_run_scripts_of_this_site_only_and_are_not_kept(client, ann, path):
    if path != SIGN_IN:
        client.post(SIGN_IN, {"login": "ann@example.org", "password": PASSWORD})
    page = client.get(path)

    policy = page["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|javascript:", page.text)
    assert "no-store" in page["Cache-Control"]
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"


def test_the_session_cookie_is_for_this_site_and_no_script(ann, sign_in):
    cookie = sign_in().cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 43200)


def test_every_field_has_a_label_and_errors_are_said(client, ann, sign_in):
    for page in (client.get(SIGN_IN).text, sign_in(password="wrong").text):
        for name in re.findall(r'<input type="(?:email|password)"[^>]* id="([^"]+)"', page):
            assert f'<label for="{name}">' in page
        assert "<main>" in page
        assert page.count("<h1>") == 1
    assert 'role="alert"' in page


PRODUCTS = "/api/v1/products/"


def test_programs_need_no_second_factor(client, ann, required):
    ann.is_superuser = True
    ann.save()
    _, text = issue(name="x", owner=ann, scopes=Scope.values)

    assert client.get(PRODUCTS, headers={"Authorization": f"Bearer {text}"}).status_code == 200


def superuser(person) -> None:
    person.is_superuser = True
    person.save()


def test_the_session_of_staff_without_a_factor_asks_the_api_nothing(client, ann, required):
    superuser(ann)
    client.force_login(ann)

    for answer in (client.get(PRODUCTS), client.post(PRODUCTS, {}), client.get("/api/v1/metrics/")):
        assert answer.status_code == 403
        assert answer.json()["code"] == "second_factor_required"
        assert answer["Content-Type"] == "application/problem+json"


def test_the_session_that_has_shown_its_factor_may_ask_and_an_older_one_may_not(
    client, ann, enrolled, required, sign_in
):
    superuser(ann)
    old = Client()
    old.force_login(ann)
    sign_in()
    client.post(CODE, {"code": code(enrolled)})

    assert client.get(PRODUCTS).status_code == 200
    assert old.get(PRODUCTS).json()["code"] == "second_factor_required"


@pytest.mark.parametrize("staff", [True, False])
def test_whom_the_admin_does_not_ask_the_api_does_not_ask(client, ann, settings, staff):
    settings.MFA_REQUIRED = not staff  # not required of anybody, or of staff alone
    ann.is_staff = staff
    superuser(ann)
    client.force_login(ann)

    assert client.get(PRODUCTS).status_code == 200


def test_short_and_common_passwords_are_refused(client, ann):
    ann.is_superuser = True
    ann.save()
    client.force_login(ann)
    for bad in ("short", "password1234", "123456789012", "ann@example.org"):
        form = {"old_password": PASSWORD, "new_password1": bad, "new_password2": bad}
        assert client.post("/admin/password_change/", form).status_code == 200


@pytest.mark.parametrize("page", ["mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes"])
def test_factors_are_for_people_who_are_signed_in(client, db, page):
    assert client.get(reverse(page))["Location"].startswith(SIGN_IN + "?next=")
    assert client.post(reverse(page), {"code": "1"})["Location"].startswith(SIGN_IN + "?next=")
