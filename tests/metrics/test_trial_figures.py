"""S84: whether guided trials lead to more sales than self-service ones."""

from datetime import date

import pytest

from accounts.models import Stage, Trial
from metrics.definitions.trial_conversion import KINDS
from tests.factories import AccountFactory, MemberFactory, PlanFactory
from tests.factories.deals import offers
from tests.factories.figures import figure

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
LATER = ["INCOMPLETE_PERIOD"]
YEAR = {"start": "2026-01-01", "end": "2027-01-01"}


def tried(*stages: str, is_guided: bool, times: int = 1, day: date = DAY, **facts) -> list[Trial]:
    """So many opportunities at these stages, each with a trial."""
    plan = PlanFactory()
    return Trial.objects.bulk_create(
        Trial(
            account=offer.account,
            plan=plan,
            starts_on=day,
            ends_on=date(2026, 12, 1),
            is_guided=is_guided,
            opportunity=offer,
        )
        for offer in offers(*stages * times, opened_on=day, **facts)
    )


def conversion(api, **asked) -> dict:
    answer = figure(api, "trial-conversion", **{**YEAR, **asked})
    return {**answer, "of": {row["kind"]: row for row in answer["rows"]}}


def test_s84_guided_and_self_service_trials_are_compared(api):
    """The second example of Newcombe 1998: 56 of 70 against 48 of 80."""
    tried(Stage.WON, is_guided=True, times=55)
    tried(Stage.ADOPTED, is_guided=True)
    tried(Stage.LOST, is_guided=True, times=14)
    tried(Stage.WON, is_guided=False, times=48)
    tried(Stage.LOST, is_guided=False, times=32)
    tried(Stage.EVALUATING, Stage.DISQUALIFIED, is_guided=False)
    tried(Stage.WON, is_guided=True, day=date(2025, 3, 1))

    answer = conversion(api)

    assert answer["value"] == pytest.approx(0.2)
    assert answer["interval"]["low"] == pytest.approx(0.0524, abs=5e-5)
    assert answer["interval"]["high"] == pytest.approx(0.3339, abs=5e-5)
    assert {kind: (row["won"], row["lost"], row["open"]) for kind, row in answer["of"].items()} == {
        "guided": (56, 14, 0),
        "self_service": (48, 32, 1),
    }
    assert [answer["of"][kind]["rate"] for kind in KINDS] == [0.8, 0.6]
    assert (answer["n"], [each["code"] for each in answer["warnings"]]) == (151, LATER)


def test_an_opportunity_counts_once_and_as_guided_if_any_trial_was(api):
    (trial,) = tried(Stage.WON, is_guided=False, owner=MemberFactory())
    tried(Stage.LOST, is_guided=False)
    assert conversion(api)["warnings"][0]["code"] == "ZERO_DENOMINATOR"
    Trial.objects.create(
        account=trial.account,
        plan=PlanFactory(),
        starts_on=DAY,
        max_uses=3,
        is_guided=True,
        opportunity=trial.opportunity,
    )
    Trial.objects.create(account=AccountFactory(), plan=PlanFactory(), starts_on=DAY, max_uses=1)

    answer = conversion(api)

    assert (answer["value"], answer["n"]) == (1, 2)
    assert answer["warnings"][0]["code"] == "INSUFFICIENT_SUPPORT"
    by_owner = conversion(api, group_by="owner")["groups"]
    assert sorted(group["n"] for group in by_owner) == [1, 1]
