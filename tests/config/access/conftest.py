"""People who sign in, and their telephones."""

import time
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from config.access.models import User

SIGN_IN, ADMIN, SET_UP = "/signin/", "/admin/", "/signin/factor/app/"
CODE, AGAIN = "/signin/factor/code/", "/signin/factor/again/"
PASSWORD = "a long enough secret"


@pytest.fixture
def ann(db):
    return User.objects.create_user("ann@example.org", PASSWORD, name="Ann", is_staff=True)


@pytest.fixture
def sign_in(client):
    """Sends the form; answers the response."""

    def send(email="ann@example.org", password=PASSWORD, **more):
        return client.post(SIGN_IN, {"login": email, "password": password}, **more)

    return send


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED = True


@pytest.fixture
def clock():
    """Time stands still, away from the end of a code's half minute, until it is moved."""
    with time_machine.travel(datetime(2026, 6, 1, 12, 0, 5, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def code(secret: str) -> str:
    """What the authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def enrolled(client, ann, sign_in, clock):
    """Ann has set up her app; answers its secret. She is signed out again, half a minute later."""
    sign_in()
    secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code(secret)})
    assert Authenticator.objects.filter(user=ann).count() == 2
    client.post("/signin/out/")
    clock.shift(90)
    return secret
