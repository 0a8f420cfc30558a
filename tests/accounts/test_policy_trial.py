"""What a policy would do is told while its form is filled in, and nothing of that stays."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.grandfathering.recording import record_preview
from accounts.models import PolicyPreview
from config.audit.models import Event
from pricing.models import GrandfatheringPolicy, PolicyState
from tests.accounts.priced import a_charge, costs, sell
from tests.factories.people import of_role
from tests.factories.protection import PolicyFactory, policy_form

pytestmark = pytest.mark.django_db

URL = "/admin/policy-trial/"


@pytest.fixture
def lines():
    charge = a_charge(29)
    costs(charge, 49, on=date(2024, 3, 20))
    return [sell(charge)[0] for _ in range(2)]


@pytest.fixture
def form(lines) -> dict:
    return policy_form(lines[0].plan_id)


@pytest.fixture
def preparer(client):
    client.force_login(of_role("finance_preparer"))
    return client


def test_a_form_that_is_filled_in_tells_what_it_would_do(preparer, form):
    """29 to 49 at 10 % a term: 31.90 at the first renewal, 49.00 at the sixth."""
    events = Event.objects.count()
    policies = GrandfatheringPolicy.objects.count()

    text = preparer.post(URL, {**form, "until_renewals": 12}).content.decode()

    assert "It covers 2 lines. Tried on 2 of them, of 2 customers: protected 2." in text
    for amount in ("31.90", "35.09", "38.60", "42.46", "46.71", "49.00"):
        assert f"${amount}" in text
    assert GrandfatheringPolicy.objects.count() == policies
    assert Event.objects.count() == events
    assert not PolicyPreview.objects.exists()


def test_a_form_that_lacks_something_says_what(preparer, form):
    text = preparer.post(URL, {**form, "effective_on": "", "rank": ""}).content.decode()

    assert "Still to be said:" in text
    assert "effective on" in text
    assert "rank" in text


def test_who_is_not_covered_is_not_told_of(preparer, form):
    text = preparer.post(URL, {**form, "until_renewals": 12, "started_before": "2023-01-01"})

    assert "It covers nobody." in text.content.decode()


def test_a_policy_is_tried_with_other_words_and_stays_as_it_was(preparer, form, lines):
    policy = PolicyFactory(title="CRM keeps", code="kept", cap_percent=20)
    policy.plans.add(lines[0].plan)
    policy.refresh_from_db()
    changed = {**form, "until_renewals": 12, "policy": policy.pk, "opened": policy.version}

    text = preparer.post(URL, changed).content.decode()

    assert "$31.90" in text
    policy.refresh_from_db()
    assert (policy.cap_percent, policy.state) == (20, PolicyState.DRAFT)
    page = preparer.get(reverse("admin:pricing_grandfatheringpolicy_change", args=[policy.pk]))
    assert f'data-trial="{URL}" data-policy="{policy.pk}"' in page.content.decode()


def test_a_policy_that_was_previewed_stays_so(preparer, form, lines):
    """An edit that is saved makes it a draft again; one that is only tried does not."""
    policy = PolicyFactory(title="CRM keeps", code="kept", cap_percent=20)
    policy.plans.add(lines[0].plan)
    policy = record_preview(policy=GrandfatheringPolicy.objects.get(pk=policy.pk))
    before = GrandfatheringPolicy.objects.filter(pk=policy.pk).values().get()
    tried = {**form, "until_renewals": 12, "policy": policy.pk, "opened": before["version"]}

    assert "$31.90" in preparer.post(URL, tried).content.decode()

    assert before["state"] == PolicyState.PREVIEWED
    assert GrandfatheringPolicy.objects.filter(pk=policy.pk).values().get() == before
    assert PolicyPreview.objects.filter(policy=policy).exists()


def test_a_day_that_is_none_is_asked_for_again(preparer, form):
    text = preparer.post(URL, {**form, "until_renewals": 12, "effective_on": "soon"})

    assert text.status_code == 200
    assert "Still to be said: effective on." in text.content.decode()


def test_only_a_policy_that_is_open_is_tried(preparer, form):
    assert preparer.post(URL, {**form, "policy": "77"}).status_code == 404
    assert preparer.post(URL, {**form, "policy": "x"}).status_code == 404


def test_a_trial_hangs_on_no_link_and_takes_the_token_of_its_form(preparer, form):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(of_role("finance_preparer"))
    page = strict.get(reverse("admin:pricing_grandfatheringpolicy_add")).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    assert preparer.get(URL, form).status_code == 405
    assert strict.post(URL, form).status_code == 403
    told = strict.post(URL, {**form, "csrfmiddlewaretoken": token, "until_renewals": 12})
    assert "$31.90" in told.text


def test_who_prepares_no_prices_tries_none(client, form):
    client.force_login(of_role("sales"))

    assert client.post(URL, form).status_code == 403
