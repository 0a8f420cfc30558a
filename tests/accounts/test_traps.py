"""The common traps: each is refused with its reason at every door, and what was typed stays."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts.models import ContactRole, Opportunity, Stage
from portfolio.models import Threshold
from tests.factories import owned_by
from tests.factories.deals import offers
from tests.factories.expansion import (
    MAY,
    PROBLEM,
    bring_to,
    engage,
    holding,
    ready,
    tier,
    upsell,
)
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db
JSON = "application/json"
WHY = "They asked for it at the fair."


class Doors:
    """The same said on a page and over REST, by whoever looks after the account."""

    def __init__(self):
        self.seller = of_role("sales")
        self.account = owned_by(self.seller)
        self.page, self.api = Client(), program_of(self.seller)
        self.page.force_login(self.seller)

    def step(self, opportunity, button: str, to: str, **said):
        """Brought on by its button and by a program; both answers."""
        said = {"on": "2026-05-01", "reason": WHY, **said}
        address = reverse(f"admin:accounts_opportunity_{button}", args=[opportunity.pk])
        path = f"/api/v1/opportunities/{opportunity.code}/transition/"
        body = {"to": to, **said}
        return self.page.post(address, said), self.api.post(path, body, content_type=JSON)

    def open(self, plan, **said):
        """Opened with the form and by a program; both answers."""
        form = {"account": self.account.pk, "target_plan": plan.pk, "motion": "", **said}
        body = {"account": self.account.code, "target_plan": plan.code, **said}
        return (
            self.page.post(reverse("admin:accounts_opportunity_add"), form),
            self.api.post("/api/v1/opportunities/", body, content_type=JSON),
        )


@pytest.fixture
def doors():
    with travel(MAY, tick=False):
        yield Doors()


def refused(answers, code: str, *typed: str) -> None:
    """The program has the code and the sentence; the page the sentence, and all that was typed."""
    page, program = answers
    assert (program.status_code, program.json()["code"]) == (409, code), program.content
    assert page.status_code == 200
    shown = unescape(page.text)
    for text in (program.json()["detail"], *typed):
        assert text in shown, text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("premature", {}),
        ("wrong_stakeholder", {"problem": PROBLEM}),
        ("problem_missing", {"problem": " \n"}),
    ],
)
def test_s98_a_step_into_a_trap_is_refused_at_every_door(code, said, doors):
    opportunity = upsell(doors.account)
    button, to = "qualify", Stage.QUALIFIED
    if code == "premature":
        doors.account.value_outcomes.all().delete()
    else:
        bring_to(opportunity, Stage.QUALIFIED)
        right = code == "problem_missing"
        engage(opportunity, ContactRole.CHAMPION if right else ContactRole.EXECUTIVE)
        button, to = "engage", Stage.ENGAGED
    steps = opportunity.transitions.count()

    refused(doors.step(opportunity, button, to, **said), code, WHY, *said.values())
    assert opportunity.transitions.count() == steps


def test_s98_a_wrong_motion_and_a_weak_pair_are_refused_at_every_door(doors):
    crm, desk = tier("crm"), tier("desk")
    ready(crm, account=doors.account)
    typed = {"problem": PROBLEM, "motion": "tier_upsell"}

    answers = doors.open(desk, **typed)
    refused(answers, "misclassified", PROBLEM, '<option value="tier_upsell" selected')
    Threshold.objects.filter(code="minimum-support").update(value=2)
    holding(crm)
    typed = {"problem": PROBLEM, "motion": "complementary_cross_sell"}
    refused(doors.open(desk, **typed, weak_pair_reason="  "), "weak_pair", PROBLEM)
    assert not Opportunity.objects.exists()

    page, program = doors.open(desk, **typed, weak_pair_reason=WHY)
    assert (page.status_code, program.status_code) == (302, 409)  # opened once is enough
    assert Opportunity.objects.get().weak_pair_reason == WHY


def test_s98_what_was_imported_meets_the_same_guards(doors):
    (offer,) = offers(Stage.IDENTIFIED, account=doors.account, opened_on=MAY)

    refused(doors.step(offer, "qualify", Stage.QUALIFIED), "premature", WHY)
