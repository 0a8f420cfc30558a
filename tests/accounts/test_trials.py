"""Trials: so many days, so many uses, never two at once, and not again for a year."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Trial
from accounts.opportunities.opening import open_opportunity
from accounts.trials import (
    OpportunityDecided,
    OtherOpportunity,
    TrialOpen,
    TrialOver,
    TrialRepeated,
    end_trial,
    start_trial,
    use_trial,
)
from config.outbox.models import Event
from portfolio.models import Threshold
from tests.factories import (
    AccountFactory,
    FeatureFactory,
    PlanFactory,
    TrialFactory,
    owned_by,
    program,
)
from tests.factories.expansion import holding, priced, tier
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db

JSON = "application/json"
DAY = date(2026, 1, 1)


@pytest.fixture
def acme():
    return AccountFactory(code="acme")


@pytest.fixture
def reports():
    return FeatureFactory(code="reports", value_type="flag")


def days_open(trial, *days: int) -> list[bool]:
    rows = (Trial.objects.open(on=date(2026, 1, day)).filter(pk=trial.pk) for day in days)
    return [row.exists() for row in rows]


def test_s58_fourteen_days_are_fourteen_days(acme, reports):
    trial = start_trial(account=acme, feature=reports, starts_on=DAY, days=14, is_guided=True)

    assert (trial.ends_on, trial.is_guided) == (date(2026, 1, 15), True)
    assert days_open(trial, 1, 14, 15) == [True, True, False]


def test_s58_uses_are_counted_once_each_and_use_it_up(acme, reports):
    trial = start_trial(account=acme, feature=reports, starts_on=DAY, max_uses=2)
    use_trial(trial=trial, on=date(2026, 1, 2), key="a")
    use_trial(trial=trial, on=date(2026, 1, 2), key="a")
    assert days_open(trial, 2, 30) == [True, True]

    use_trial(trial=trial, on=date(2026, 1, 3), key="b")

    trial.refresh_from_db()
    assert trial.ends_on == date(2026, 1, 4)
    assert days_open(trial, 1, 2, 3, 4) == [True, True, False, False]
    with pytest.raises(TrialOver):
        use_trial(trial=trial, on=date(2026, 1, 3), key="c")
    assert use_trial(trial=trial, on=date(2026, 1, 3), key="b").pk == trial.pk
    assert [e.kind for e in Event.objects.order_by("id")] == ["trial.started", "trial.ended"]


@pytest.mark.parametrize(
    "facts",
    [
        {"days": None, "max_uses": None},
        {"days": 14, "feature": None},
        {"days": 14, "plan": True},
    ],
)
def test_s58_a_trial_has_an_end_and_one_thing(acme, reports, facts):
    given = {"feature": reports, **facts}
    if given.get("plan"):
        given["plan"] = PlanFactory()

    with pytest.raises(ValidationError):
        start_trial(account=acme, starts_on=DAY, **given)
    assert not Trial.objects.exists()


def test_s58_one_is_open_at_a_time_and_others_may_try_too(acme, reports):
    start_trial(account=acme, feature=reports, starts_on=DAY, days=14)

    with pytest.raises(TrialOpen):
        start_trial(account=acme, feature=reports, starts_on=date(2026, 1, 14), days=14)
    start_trial(account=acme, plan=PlanFactory(), starts_on=DAY, days=14)
    start_trial(account=AccountFactory(), feature=reports, starts_on=DAY, days=14)
    assert Trial.objects.count() == 3


def test_s58_nobody_tries_the_same_again_within_twelve_months(acme, reports):
    start_trial(account=acme, feature=reports, starts_on=DAY, days=14)

    with pytest.raises(TrialRepeated, match="again from 2027-01-15 on"):
        start_trial(account=acme, feature=reports, starts_on=date(2027, 1, 14), days=14)
    start_trial(account=acme, feature=reports, starts_on=date(2027, 1, 15), days=14)


def test_a_trial_ends_early_from_the_day_after_its_first(acme, reports):
    trial = start_trial(account=acme, feature=reports, starts_on=DAY, days=14)
    with pytest.raises(TrialOver):
        end_trial(trial=trial, on=DAY)

    end_trial(trial=trial, on=date(2026, 1, 5))

    assert days_open(trial, 4, 5) == [True, False]
    with pytest.raises(TrialOver):
        end_trial(trial=trial, on=date(2026, 1, 6))


def test_trials_over_rest(acme, reports):
    client = program("csm")
    owned_by(client_owner(), account=acme)
    body = {"account": "acme", "feature": "reports", "starts_on": "2026-01-01", "max_uses": 3}
    made = client.post("/api/v1/trials/", body, content_type=JSON)

    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        **body,
        "plan": None,
        "ends_on": None,
        "uses": 0,
        "is_guided": False,
        "opportunity": None,
    }
    row = f"/api/v1/trials/{made.json()['id']}/"
    used = client.post(f"{row}use/", {"on": "2026-01-02", "key": "x"}, content_type=JSON)
    assert (used.status_code, used.json()["uses"]) == (200, 1)
    again = client.post("/api/v1/trials/", body, content_type=JSON)
    assert (again.status_code, again.json()["code"]) == (409, "trial_open")
    ended = client.post(f"{row}end/", {"on": "2026-01-03"}, content_type=JSON)
    assert ended.json()["ends_on"] == "2026-01-03"
    none = client.post("/api/v1/trials/", {**body, "max_uses": None}, content_type=JSON)
    assert none.status_code == 400


def client_owner():
    from config.access.models import ApiKey  # noqa: PLC0415

    return ApiKey.objects.latest("id").owner


def test_the_admin_starts_and_ends_trials(acme, reports, client):
    csm = of_role("csm")
    owned_by(csm, account=acme)
    client.force_login(csm)
    given = {"account": acme.pk, "feature": reports.pk, "starts_on": "2026-01-01", "days": "14"}
    client.post(reverse("admin:accounts_trial_add"), given)
    trial = Trial.objects.get()
    assert trial.ends_on == date(2026, 1, 15)

    again = client.post(reverse("admin:accounts_trial_add"), given)
    assert "They try" in again.text
    client.post(reverse("admin:accounts_trial_end", args=[trial.pk]), {"on": "2026-01-05"})

    trial.refresh_from_db()
    assert trial.ends_on == date(2026, 1, 5)


@pytest.fixture
def pursuit(acme):
    """Acme has the CRM, and somebody would sell it the desk."""
    crm, desk = tier("crm"), tier("desk")
    priced((crm, 10), (desk, 20))
    holding(crm, account=acme)
    return open_opportunity(account=acme, target_plan=desk, on=DAY)


def test_s84_a_trial_of_an_opportunity_lasts_fourteen_days_and_is_of_the_same_thing(acme, pursuit):
    desk, facts = pursuit.target_plan, {"account": acme, "starts_on": DAY}
    trial = start_trial(**facts, plan=desk, opportunity=pursuit, is_guided=True)
    assert (trial.ends_on, list(pursuit.trials.all())) == (date(2026, 1, 15), [trial])
    Threshold.objects.filter(code="trial-days").update(value=30)
    inbox = FeatureFactory(product=desk.product, value_type="flag")
    longer = start_trial(**facts, feature=inbox, opportunity=pursuit)
    assert longer.ends_on == date(2026, 1, 31)
    assert start_trial(**facts, plan=PlanFactory(product=desk.product), days=3).opportunity is None

    reports = FeatureFactory()
    with pytest.raises(OtherOpportunity, match="about desk"):
        start_trial(**facts, feature=reports, opportunity=pursuit)
    with pytest.raises(OtherOpportunity, match="no opportunity of"):
        start_trial(account=AccountFactory(), starts_on=DAY, plan=desk, opportunity=pursuit)
    with pytest.raises(OtherOpportunity, match="was opened on 2026-01-01"):
        start_trial(account=acme, starts_on=date(2025, 1, 1), plan=desk, opportunity=pursuit)
    pursuit.stage, pursuit.loss_reason, pursuit.decided_on = "lost", "price", DAY
    pursuit.save()
    with pytest.raises(OpportunityDecided, match="nothing to prove"):
        start_trial(account=acme, starts_on=DAY, plan=desk, opportunity=pursuit)


def test_s84_the_database_refuses_a_trial_of_anothers_opportunity(pursuit):
    refused = pytest.raises(IntegrityError, match="trial_opportunity_is_of_the_account")
    with refused, transaction.atomic():
        TrialFactory(opportunity=pursuit)


def test_s84_trials_of_an_opportunity_over_rest_and_on_its_page(acme, pursuit, client):
    sales, api = of_role("sales"), program("sales")
    for user in (sales, client_owner()):
        owned_by(user, account=acme, role="ae" if user == sales else "csm")
    body = {"account": "acme", "plan": "desk", "starts_on": "2026-01-01"}
    made = api.post("/api/v1/trials/", {**body, "opportunity": pursuit.code}, content_type=JSON)
    assert (made.status_code, made.json()["ends_on"]) == (201, "2026-01-15"), made.content
    asked = api.get("/api/v1/trials/", {"opportunity": pursuit.code}).json()["results"]
    assert [row["opportunity"] for row in asked] == [pursuit.code]
    assert Event.objects.latest("id").payload["opportunity"] == pursuit.code

    client.force_login(sales)
    page = reverse("admin:accounts_opportunity_trial", args=[pursuit.pk])
    inbox = FeatureFactory(product=pursuit.product, code="inbox", value_type="flag")
    other = FeatureFactory(code="reports")
    assert (str(inbox) in client.get(page).text, f">{other}<" in client.get(page).text) == (
        True,
        False,
    )
    given = {"feature": inbox.pk, "starts_on": "2026-01-02", "max_uses": "3", "is_guided": "on"}
    assert client.post(page, given).status_code == 302
    trial = Trial.objects.get(feature=inbox)
    assert (trial.opportunity, trial.is_guided, trial.max_uses) == (pursuit, True, 3)
    shown = client.get(reverse("admin:accounts_opportunity_change", args=[pursuit.pk])).text
    assert "What they try" in shown
    assert "by themselves" in shown
    assert "0 of 3" in shown
