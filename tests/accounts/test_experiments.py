"""Which variant an account gets: the same in every process and release."""

import subprocess
import sys

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.experiments import WeightsDoNotAddUp, assigned, place_of, variant_of
from accounts.models import Variant
from tests.factories import AccountFactory, program
from tests.factories.expansion import MAY, experiment, upsell

# Never to be changed: accounts keep the variants that they were given.
GOLDEN = {"acme": 52, "beta": 63, "Ümlaut-1": 3, "C-00001": 54}


def test_s97_places_are_those_of_every_release():
    assert {code: place_of(salt="pitch", account=code) for code in GOLDEN} == GOLDEN


def test_another_process_finds_the_same_place():
    asking = (
        "import django; django.setup(); from accounts.experiments import place_of; "
        "print(place_of(salt='pitch', account='acme'))"
    )
    found = subprocess.run([sys.executable, "-c", asking], capture_output=True, check=True)

    assert int(found.stdout) == GOLDEN["acme"]


def test_places_are_spread_evenly():
    places = [place_of(salt="s", account=f"C-{n:05}") for n in range(10_000)]

    assert 4_800 < sum(place < 50 for place in places) < 5_200
    assert min(places) == 0
    assert max(places) == 99


@pytest.mark.django_db
def test_s97_weights_decide_who_gets_what():
    row = experiment(weights=(10, 90))
    accounts = AccountFactory.build_batch(500)
    got = [variant_of(experiment=row, account=each).code for each in accounts]
    places = [place_of(salt=row.salt, account=each.code) for each in accounts]

    assert got == ["a" if place < 10 else "b" for place in places]


@pytest.mark.django_db
def test_s97_the_variant_is_kept_on_the_opportunity():
    row = experiment()
    opportunity = upsell()

    assert opportunity.variant == variant_of(experiment=row, account=opportunity.account)
    assert assigned(account=opportunity.account, motion="platform_cross_sell", on=MAY) is None


@transaction.atomic
def unbalance() -> None:
    Variant.objects.filter(code="a").update(weight=51)
    connection.check_constraints()


@pytest.mark.django_db
def test_weights_that_do_not_add_up_are_refused():
    with pytest.raises(WeightsDoNotAddUp, match="add up to 90"):
        experiment(weights=(40, 50))
    experiment()
    with pytest.raises(IntegrityError, match="add up to 101"):
        unbalance()


@pytest.mark.django_db
def test_what_accounts_were_given_stays():
    row = experiment()
    upsell()

    with pytest.raises(IntegrityError, match="have variants"), transaction.atomic():
        row.variants.filter(code="a").update(weight=0)
    row.salt = "another"
    with pytest.raises(IntegrityError, match="have variants"), transaction.atomic():
        row.save()


@pytest.mark.django_db
def test_one_experiment_of_a_motion_runs_at_a_time():
    experiment()

    with pytest.raises(ValidationError, match="covers part of these days"):
        experiment("other")


@pytest.mark.django_db
def test_programs_begin_experiments_and_ask_who_gets_what():
    api, account = program("revops"), AccountFactory(code="acme")
    body = {
        "code": "pitch",
        "name": "Pitch",
        "motion": "tier_upsell",
        "starts_on": "2026-01-01",
        "variants": [
            {"code": "a", "name": "A", "weight": 50, "offer": "Ask."},
            {"code": "b", "name": "B", "weight": 50, "offer": "Show."},
        ],
    }

    made = api.post("/api/v1/experiments/", body, content_type="application/json")
    half = body["variants"][:1]
    wrong = {**body, "code": "w", "motion": "feature_upsell", "variants": half}
    refused = api.post("/api/v1/experiments/", wrong, content_type="application/json")
    asked = api.get(f"/api/v1/experiments/pitch/assignment/?account={account.code}").json()

    assert made.status_code == 201, made.json()
    assert (refused.status_code, refused.json()["code"]) == (409, "weights_do_not_add_up")
    assert (asked["place"], asked["variant"]["code"]) == (
        GOLDEN["acme"],
        "a" if GOLDEN["acme"] < 50 else "b",
    )
