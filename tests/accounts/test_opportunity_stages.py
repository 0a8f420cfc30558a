"""Moving opportunities on: which step may follow, what each needs, and the log of all of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import (
    FOLLOWS,
    ContactRole,
    Journey,
    Opportunity,
    OpportunityTransition,
    Stage,
)
from accounts.opportunities.opening import open_opportunity
from accounts.opportunities.qualification import NotQualified, checklist, score
from accounts.opportunities.stages import (
    NoLine,
    NoProblem,
    NoReason,
    NoSuchStep,
    NotAdopted,
    OtherLine,
    WrongDay,
    WrongStakeholder,
    move,
)
from portfolio.models import ProductRole
from tests.factories import BundleFactory, ChargeFactory, MemberFactory, ProductFactory, UserFactory
from tests.factories.expansion import (
    JUNE,
    MAY,
    PROBLEM,
    bought,
    bring_to,
    engage,
    holding,
    ready,
    tier,
    upsell,
    valued,
)

pytestmark = pytest.mark.django_db


def step(opportunity, to, **said) -> Opportunity:
    return move(opportunity=opportunity, by=None, to=to, **{"on": MAY, **said})


def cross_sell(**facts) -> Opportunity:
    desk = tier("desk-pro", ProductFactory(code="desk", role=ProductRole.ATTACH))
    return open_opportunity(account=ready(tier("crm")), target_plan=desk, on=MAY, **facts)


def platform() -> Opportunity:
    plan = BundleFactory(kind="platform")
    ChargeFactory(plan=plan)
    return open_opportunity(account=ready(tier("crm")), target_plan=plan, on=MAY)


def test_every_step_is_logged_with_who_and_why():
    ann = UserFactory()
    opportunity = upsell(by=ann)
    move(opportunity=opportunity, by=ann, to=Stage.QUALIFIED, on=JUNE, reason="They grow.")

    rows = opportunity.transitions.values_list("from_stage", "to_stage", "on", "by", "reason")
    assert list(rows) == [
        ("", "identified", MAY, ann.pk, "Opened."),
        ("identified", "qualified", JUNE, ann.pk, "They grow."),
    ]
    assert opportunity.transitions.last().checklist[0]["criterion"] == "anchor_healthy"


def test_the_log_is_only_appended_to():
    opportunity = upsell()

    with pytest.raises(IntegrityError, match="only appended"), transaction.atomic():
        opportunity.transitions.update(reason="Otherwise.")


def test_a_premature_pitch_is_refused_with_the_reason():
    opportunity = upsell()
    opportunity.account.value_outcomes.all().delete()

    with pytest.raises(NotQualified, match=r"Too early\. No outcome is recorded") as refusal:
        step(opportunity, Stage.QUALIFIED)
    assert refusal.value.code == "premature"
    opportunity.refresh_from_db()
    assert opportunity.stage == Stage.IDENTIFIED


@pytest.mark.parametrize("problem", ["", "   ", "\n\t"])
def test_s99_without_a_specific_problem_nobody_is_engaged(problem):
    opportunity = step(upsell(), Stage.QUALIFIED)
    engage(opportunity, ContactRole.CHAMPION)

    with pytest.raises(NoProblem, match="specific problem"):
        step(opportunity, Stage.ENGAGED, problem=problem)
    assert step(opportunity, Stage.ENGAGED, problem=PROBLEM).problem == PROBLEM


def test_s99_the_database_refuses_a_blank_problem_too():
    opportunity = step(upsell(), Stage.QUALIFIED)

    with pytest.raises(IntegrityError, match="engaged_has_a_problem"), transaction.atomic():
        Opportunity.objects.filter(pk=opportunity.pk).update(stage=Stage.ENGAGED, problem=" \n")


@pytest.mark.parametrize(
    ("make", "wrong", "right"),
    [
        (upsell, ContactRole.EXECUTIVE, ContactRole.CHAMPION),
        (cross_sell, ContactRole.CHAMPION, ContactRole.BUDGET_OWNER),
        (cross_sell, ContactRole.USER, ContactRole.EXECUTIVE),
    ],
)
def test_s81_the_wrong_stakeholder_is_refused(make, wrong, right):
    opportunity = step(make(), Stage.QUALIFIED)
    engage(opportunity, wrong)

    with pytest.raises(WrongStakeholder):
        step(opportunity, Stage.ENGAGED, problem=PROBLEM)
    engage(opportunity, right)
    assert step(opportunity, Stage.ENGAGED, problem=PROBLEM).stage == Stage.ENGAGED


def test_s70_and_s81_a_platform_needs_an_executive_before_it_is_qualified():
    opportunity = platform()
    engage(opportunity, ContactRole.BUDGET_OWNER)

    with pytest.raises(NotQualified, match="executive") as refusal:
        step(opportunity, Stage.QUALIFIED)
    assert refusal.value.code == "executive_sponsor"
    engage(opportunity, ContactRole.EXECUTIVE)
    assert step(opportunity, Stage.QUALIFIED).stage == Stage.QUALIFIED


def test_who_is_engaged_later_does_not_count_yet():
    opportunity = step(upsell(), Stage.QUALIFIED)
    engage(opportunity, ContactRole.CHAMPION, on=JUNE)

    with pytest.raises(WrongStakeholder):
        step(opportunity, Stage.ENGAGED, problem=PROBLEM)


def test_a_stakeholder_is_of_the_account():
    opportunity, other = upsell(), upsell()
    stake = engage(opportunity, ContactRole.CHAMPION)

    with pytest.raises(IntegrityError, match="contact of the account"), transaction.atomic():
        other.stakeholders.create(contact=stake.contact, engaged_on=MAY)


def test_won_needs_the_line_that_was_bought():
    opportunity = bring_to(upsell(), Stage.PURCHASING)
    other = holding(tier("voice"), account=opportunity.account).lines.get(product__code="voice")
    stranger = bring_to(upsell(), Stage.WON).won_line
    early = opportunity.account.lines.exclude(pk=other.pk).get()

    with pytest.raises(NoLine):
        step(opportunity, Stage.WON)
    for line, why in ((stranger, "no line of"), (other, "is of voice"), (early, "before")):
        with pytest.raises(OtherLine, match=why):
            step(opportunity, Stage.WON, won_line=line)
    member = MemberFactory()
    won = move(
        opportunity=opportunity, by=member.user, to="won", on=MAY, won_line=bought(opportunity)
    )
    assert (won.decided_on, won.closed_by) == (MAY, member)


def test_s83_a_won_one_stays_in_adoption_until_it_is_used_or_its_time_is_over():
    opportunity = bring_to(cross_sell(), Stage.WON)
    assert opportunity.journey == Journey.ADOPTION

    with pytest.raises(NotAdopted, match="counts as over on 2026-07-30"):
        step(opportunity, Stage.ADOPTED, on=JUNE)
    over = opportunity.adopt_by
    with transaction.atomic():
        assert step(opportunity, Stage.ADOPTED, on=over).stage == Stage.ADOPTED
        transaction.set_rollback(True)
    valued(opportunity.account, opportunity.product, on=JUNE)
    assert step(opportunity, Stage.ADOPTED, on=JUNE).stage == Stage.ADOPTED


@pytest.mark.parametrize("to", [Stage.LOST, Stage.DEFERRED, Stage.DISQUALIFIED])
def test_setting_one_aside_needs_a_reason(to):
    opportunity = upsell()

    with pytest.raises(NoReason):
        step(opportunity, to)
    assert opportunity.transitions.count() == 1


def test_what_is_set_aside_keeps_the_step_of_the_journey_that_it_had_reached():
    opportunity = bring_to(upsell(), Stage.EVALUATING)
    lost = step(opportunity, Stage.LOST, loss_reason="timing", reason="After their merger.")

    assert (lost.journey, lost.left_at, lost.note) == (
        Journey.EVALUATION,
        Stage.EVALUATING,
        "After their merger.",
    )


def test_s83_every_stage_is_a_step_of_the_journey():
    found = {stage.value: Opportunity(stage=stage).journey.value for stage in Stage}

    assert set(found.values()) == set(Journey)
    assert found == {
        **dict.fromkeys(("identified", "qualified"), "awareness"),
        "engaged": "consideration",
        "evaluating": "evaluation",
        "purchasing": "purchase",
        **dict.fromkeys(("won", "adopted"), "adoption"),
        **dict.fromkeys(("deferred", "disqualified", "lost"), "awareness"),  # as left at no stage
    }


def test_a_deferred_one_is_asked_again_before_it_goes_on():
    opportunity = step(upsell(), Stage.DEFERRED, defer_reason="customer_timing", reason="July.")
    opportunity.account.value_outcomes.all().delete()

    with pytest.raises(NotQualified):
        step(opportunity, Stage.QUALIFIED)
    back = step(opportunity, Stage.IDENTIFIED)
    assert (back.defer_reason, back.note, back.left_at) == ("", "", "")


def test_history_is_written_in_order():
    opportunity = step(upsell(), Stage.QUALIFIED, on=JUNE)

    with pytest.raises(WrongDay):
        step(opportunity, Stage.LOST, loss_reason="price")


def test_a_step_that_does_not_follow_is_refused_naming_those_that_do():
    with pytest.raises(NoSuchStep, match="qualified, deferred, disqualified, lost"):
        step(upsell(), Stage.WON)


def test_the_database_knows_the_same_steps():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'accounts_opportunity_moves'")
        (source,) = cursor.fetchone()

    allowed = {(a, b) for a in Stage for b in Stage if f"('{a}', '{b}')" in source}
    assert allowed == {(a, b) for a, following in FOLLOWS.items() for b in following}
    opportunity = upsell()
    with pytest.raises(IntegrityError, match="does not go from"), transaction.atomic():
        Opportunity.objects.filter(pk=opportunity.pk).update(stage=Stage.ENGAGED, problem="A")


def test_a_row_that_is_only_made_begins_at_the_beginning():
    opportunity = upsell()
    opportunity.pk, opportunity.code, opportunity.stage = None, "again", Stage.QUALIFIED

    with pytest.raises(IntegrityError, match="begins as"), transaction.atomic():
        opportunity.save(force_insert=True)


def test_s77_the_checklist_says_pass_fail_or_unknown_with_a_reason_for_each():
    opportunity = upsell()
    engage(opportunity, ContactRole.CHAMPION)
    checks = checklist(opportunity=opportunity, on=MAY + timedelta(days=1))
    found = {check.criterion: (check.verdict.value, check.hard) for check in checks}

    assert found == {
        "anchor_healthy": ("unknown", True),
        "value_realised": ("pass", True),
        "predecessors_adopted": ("pass", True),
        "cooled_down": ("pass", True),
        "executive_sponsor": ("fail", False),
        "budget_authority": ("fail", False),
        "organisation_aligned": ("pass", False),
        "growing": ("fail", False),
    }
    assert all(check.reason for check in checks)
    assert score([check.as_row() for check in checks]) == pytest.approx(4 / 7)


def test_nothing_is_left_of_a_refused_step():
    opportunity = step(upsell(), Stage.QUALIFIED)
    before = OpportunityTransition.objects.count()

    with pytest.raises(WrongStakeholder):
        step(opportunity, Stage.ENGAGED, problem=PROBLEM)
    opportunity.refresh_from_db()
    assert (opportunity.problem, OpportunityTransition.objects.count()) == ("", before)
