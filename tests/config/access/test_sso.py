"""Single sign-on: who the provider vouches for, and whom Portico lets in for that."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.exceptions import ImproperlyConfigured

from config.access.checks import single_sign_on
from config.access.models import User
from config.access.openid import providers
from config.access.roles import write_groups
from tests.config.access.conftest import ADMIN, CODE, PASSWORD
from tests.config.access.provider import CLIENT, SECRET, FakeProvider, serve

BEGIN, BACK = "/signin/sso/begin/", "/signin/sso/back/"
ANN = {"sub": "a-1", "email": "Ann@example.org", "email_verified": True, "name": "Ann"}


@pytest.fixture
def provider(settings):
    fake = FakeProvider(person=dict(ANN))
    server = serve(fake)
    settings.SOCIALACCOUNT_PROVIDERS = providers(
        {
            "OIDC_SERVER_URL": fake.url,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_NAME": "Larkfield",
        }
    )
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def come_back(client, provider):
    """The way there and back; `with_state` overrules the state that returns."""

    def travel(with_state: str = "", begin: str = BEGIN):
        there = client.get(begin)["Location"]
        state = parse_qs(urlsplit(there).query)["state"][0]
        code = provider.authorize(there)
        return client.get(BACK, {"code": code, "state": with_state or state})

    return travel


def is_in(client) -> bool:
    return client.get(ADMIN).status_code == 200


def test_an_active_person_comes_in_by_verified_e_mail(client, ann, come_back):
    assert "Larkfield" in client.get("/signin/").text
    assert come_back()["Location"] == ADMIN
    assert is_in(client)


def test_nothing_of_the_provider_is_kept_and_the_password_stays(ann, come_back):
    come_back()

    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    assert User.objects.get(pk=ann.pk).check_password(PASSWORD)


def test_the_page_asked_for_comes_after(ann, come_back):
    wanted = "/admin/access/user/"

    assert come_back(begin=f"{BEGIN}?next={wanted}")["Location"] == wanted
    assert come_back(begin=f"{BEGIN}?next=https://evil.example/")["Location"] == ADMIN


def test_the_local_factor_is_asked_for_all_the_same(client, ann, enrolled, come_back):
    assert come_back()["Location"] == CODE
    assert not is_in(client)


def test_the_provider_is_asked_with_state_nonce_and_proof_key(client, provider, db):
    query = parse_qs(urlsplit(client.get(BEGIN)["Location"]).query)

    assert len(query["nonce"][0]) == 43
    assert query["state"][0]
    assert query["code_challenge_method"] == ["S256"]
    assert set(query["scope"][0].split()) == {"openid", "profile", "email"}


def test_wishes_in_the_address_change_nothing(client, provider, db):
    wishes = "process=connect&scope=admin&auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example"
    query = parse_qs(urlsplit(client.get(f"{BEGIN}?{wishes}")["Location"]).query)

    assert query["redirect_uri"] == [f"http://testserver{BACK}"]
    assert "admin" not in query["scope"][0]


REFUSED = {
    "another nonce": {"token": {"nonce": "another"}},
    "no nonce": {"token": {"nonce": None}},
    "an unverified e-mail": {"person": {**ANN, "email_verified": False}},
    "the word false": {"person": {**ANN, "email_verified": "false"}},
    "nothing about verification": {"person": {"sub": "a-1", "email": "ann@example.org"}},
    "no e-mail": {"person": {"sub": "a-1", "email_verified": True}},
    "no address": {"person": {**ANN, "email": "ann"}},
    "an unknown person": {"person": {**ANN, "email": "eve@example.org"}},
    "somebody else in userinfo": {"about": {"sub": "b-2"}},
}


@pytest.mark.parametrize("case", REFUSED)
def test_nobody_comes_in_with(case, client, ann, provider, come_back):
    for name, value in REFUSED[case].items():
        setattr(provider, name, value)
    answer = come_back()

    assert answer.status_code == 403
    assert "ask an administrator" in answer.text
    assert not is_in(client)
    assert User.objects.count() == 1


@pytest.mark.parametrize("claim", [{"iss": "https://evil.example"}, {"aud": "b"}, {"exp": 1}])
def test_a_token_for_somebody_else_lets_nobody_in(claim, client, ann, provider, come_back):
    provider.token = claim

    assert come_back().status_code == 401
    assert not is_in(client)


def test_somebody_switched_off_gets_the_page_of_somebody_unknown(ann, provider, come_back):
    User.objects.update(is_active=False)
    switched_off = come_back()
    provider.person["email"] = "eve@example.org"

    assert (switched_off.status_code, switched_off.text) == (403, come_back().text)


def test_a_wrong_state_gets_nowhere(client, ann, provider, come_back):
    provider.asked.clear()

    assert come_back(with_state="another").status_code == 401
    assert "/token" not in provider.asked
    assert not is_in(client)


def test_an_answer_works_once(client, ann, provider):
    there = client.get(BEGIN)["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    answer = {"code": provider.authorize(there), "state": state}
    client.get(BACK, answer)
    client.post("/signin/out/")

    assert client.get(BACK, answer).status_code == 401
    assert not is_in(client)


def test_one_browsers_answer_is_worthless_in_another(client, ann, provider):
    there = client.get(BEGIN)["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    other = type(client)()

    back = other.get(BACK, {"code": provider.authorize(there), "state": state})
    assert back.status_code == 401


def test_a_provider_that_is_down_is_a_page(client, provider, db):
    there = client.get(BEGIN)["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    provider.down = True

    assert client.get(BEGIN).status_code == 502
    assert client.get(BACK, {"code": "x", "state": state}).status_code == 502


def test_a_person_is_made_only_where_a_role_is_named(settings, client, provider, come_back, db):
    write_groups()
    settings.OIDC_CREATE_ROLE = "viewer"
    come_back()

    made = User.objects.get(email="ann@example.org")
    assert [group.name for group in made.groups.all()] == ["viewer"]
    assert (made.is_superuser, made.has_usable_password()) == (False, False)
    assert is_in(client)


def test_a_named_role_does_not_switch_anybody_on(settings, ann, come_back):
    settings.OIDC_CREATE_ROLE = "viewer"
    User.objects.update(is_active=False)

    assert come_back().status_code == 403


def test_without_a_provider_there_is_no_such_page(client, db):
    assert client.get(BEGIN).status_code == 404
    assert "sso" not in client.get("/signin/").text
    assert providers({}) == {}


def test_half_a_provider_is_refused():
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_SECRET"):
        providers({"OIDC_SERVER_URL": "https://id.example.org", "OIDC_CLIENT_ID": "x"})


def test_the_checks_want_tls_and_a_real_role(settings, provider):
    settings.OIDC_CREATE_ROLE = "owner"

    assert [problem.id for problem in single_sign_on()] == ["access.E001", "access.E002"]


@pytest.mark.parametrize("role", ["finance_preparer", "finance_approver"])
def test_nobody_comes_in_as_somebody_of_finance(settings, role):
    settings.OIDC_CREATE_ROLE = role

    assert [problem.id for problem in single_sign_on()] == ["access.E003"]
