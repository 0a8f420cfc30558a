"""How often somebody may try, and what an attempt gives away."""

import logging
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from config.localpg.place import CHECKOUT
from tests.config.access.conftest import ADMIN, SIGN_IN

TOO_MANY = "Too many failed login attempts. Try again later."
PROCESS = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
if sys.argv[2] == "own":
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
django.setup()
from django.test import Client
for _ in range(3):
    page = Client().post("/signin/", {"login": "x@example.org", "password": "guess"})
    print("refused" if "Too many failed" in page.text else "tried")
"""


@pytest.fixture
def counting(transactional_db):
    """Attempts of other connections count too, and are forgotten afterwards."""
    yield
    caches["default"].clear()


def without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def attempts(cache: str) -> list[str]:
    """What three wrong passwords get in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", PROCESS, connection.settings_dict["NAME"], cache],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.split()


def test_five_attempts_are_all_two_processes_get_together(counting):
    assert attempts("shared") + attempts("shared") == ["tried"] * 5 + ["refused"]


def test_they_would_get_six_if_each_counted_for_itself(counting):
    assert attempts("own") + attempts("own") == ["tried"] * 6


def test_eight_at_once_get_five_attempts(counting):
    def attempt(_):
        page = Client().post(SIGN_IN, {"login": "x@example.org", "password": "guess"})
        connection.close()
        return TOO_MANY not in page.text

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(attempt, range(8))) == 5


def test_the_right_password_comes_too_late_after_five_wrong_ones(client, ann, sign_in):
    for _ in range(5):
        assert TOO_MANY not in sign_in(password="wrong").text

    assert TOO_MANY in sign_in().text
    assert client.get(ADMIN).status_code == 302


def test_a_minute_later_it_is_right_again(clock, ann, sign_in):
    for _ in range(6):
        sign_in(password="wrong")
    clock.shift(61)

    assert sign_in()["Location"] == ADMIN


def test_an_account_has_five_attempts_from_everywhere(ann, sign_in):
    pages = [sign_in(password="wrong", REMOTE_ADDR=f"192.0.2.{n}").text for n in range(6)]

    assert [TOO_MANY in page for page in pages] == [False] * 5 + [True]


def test_an_address_has_five_attempts_for_everybody(sign_in, db):
    pages = [sign_in(email=f"u{n}@example.org").text for n in range(6)]

    assert [TOO_MANY in page for page in pages] == [False] * 5 + [True]


def test_behind_a_proxy_the_client_counts_and_not_what_it_claims(sign_in, settings, db):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    pages = [
        sign_in(email=f"u{n}@example.org", headers={"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.9"})
        for n in range(6)
    ]

    assert TOO_MANY in pages[-1].text


def test_a_known_and_an_unknown_e_mail_get_the_same_pages(ann, sign_in):
    known = [sign_in(password="wrong", REMOTE_ADDR="192.0.2.1") for _ in range(6)]
    unknown = [sign_in("eve@example.org", REMOTE_ADDR="192.0.2.2") for _ in range(6)]

    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code == 200
        same = one.text.replace("ann@example.org", "eve@example.org")
        assert without_token(same) == without_token(other.text)


def test_an_unknown_e_mail_costs_the_same_work(ann, sign_in, monkeypatch):
    hashed = []
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    monkeypatch.setattr(hasher, lambda self, password, salt: hashed.append(password) or "md5$x$y")

    sign_in("eve@example.org", password="one")
    assert hashed == ["one"]


def test_somebody_switched_off_is_told_what_a_wrong_password_is_told(ann, sign_in):
    wrong = without_token(sign_in(password="wrong").text)
    ann.is_active = False
    ann.save()

    assert without_token(sign_in().text) == wrong


def test_what_fails_is_logged_without_the_password(sign_in, caplog, db):
    with caplog.at_level(logging.WARNING, "portico.signin"):
        for _ in range(6):
            sign_in(password="a slip of the tongue")

    lines = [record.getMessage() for record in caplog.records if record.name == "portico.signin"]
    assert lines[0] == "Sign-in failed: ann@example.org from 127.0.0.1"
    assert lines[5] == "Sign-in refused: too many attempts: ann@example.org from 127.0.0.1"
    assert "tongue" not in caplog.text


def test_many_requests_of_any_kind_end_at_a_page_that_says_so(client, db):
    answers = [client.post(SIGN_IN, {}) for _ in range(31)]

    assert answers[30].status_code == 429
    assert "Wait a minute" in answers[30].text
