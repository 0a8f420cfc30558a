"""A new password by mail, where mail is set up."""

import re
from importlib import reload

import pytest
from django.core import mail
from django.urls import clear_url_caches

import config.access.urls
import config.urls
from tests.config.access.conftest import ADMIN

FORGOTTEN = "/signin/password/"
NEW = "another long secret"


@pytest.fixture
def by_mail(settings):
    """The addresses depend on a setting that is read once."""

    def again(value: bool):
        settings.PASSWORD_RESET_BY_MAIL = value
        reload(config.access.urls)
        reload(config.urls)
        clear_url_caches()

    again(True)
    yield
    again(False)


def link() -> str:
    return re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]


def test_the_link_in_the_mail_sets_a_new_password_once(client, ann, by_mail, sign_in):
    assert FORGOTTEN in client.get("/signin/").text
    client.post(FORGOTTEN, {"email": "ann@example.org"})
    form = client.get(link())["Location"]
    assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 200
    client.post(form, {"password1": NEW, "password2": NEW})

    assert sign_in(password=NEW)["Location"] == ADMIN
    client.post("/signin/out/")
    assert "Bad Token" in client.get(link()).text


def test_an_unknown_e_mail_gets_the_same_answer_and_no_mail(client, ann, by_mail):
    known = client.post(FORGOTTEN, {"email": "ann@example.org"})
    unknown = client.post(FORGOTTEN, {"email": "eve@example.org"})

    assert known["Location"] == unknown["Location"]
    assert [message.to for message in mail.outbox] == [["ann@example.org"]]


def test_a_new_password_is_no_way_round_the_factor(client, ann, enrolled, by_mail, sign_in):
    client.post(FORGOTTEN, {"email": "ann@example.org"})
    client.post(client.get(link())["Location"], {"password1": NEW, "password2": NEW})

    assert client.get(ADMIN).status_code == 302
    assert sign_in(password=NEW)["Location"] == "/signin/factor/code/"
