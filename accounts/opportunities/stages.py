"""Moving an opportunity on: which step may follow, what each needs, and the log of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.expansion_events import opportunity_moved
from accounts.models import (
    ASIDE,
    CROSS_SELLS,
    ContactRole,
    DeferReason,
    LossReason,
    Member,
    Opportunity,
    OpportunityTransition,
    Stage,
    Stakeholder,
    SubscriptionLine,
)
from accounts.opportunities import facts
from accounts.opportunities.owning import member_of
from accounts.opportunities.qualification import checklist, require
from accounts.ownership import lock
from config.access.models import User
from config.errors import DomainError
from portfolio.models import Motion
from portfolio.sequencing import usual_adoption

DECIDED = (Stage.WON, Stage.LOST, Stage.DISQUALIFIED)


class NoSuchStep(DomainError):
    code = "no_such_step"


class WrongDay(DomainError):
    code = "wrong_day"


class NoProblem(DomainError):
    code = "problem_missing"


class WrongStakeholder(DomainError):
    code = "wrong_stakeholder"


class NoLine(DomainError):
    code = "won_needs_a_line"


class OtherLine(DomainError):
    code = "line_of_something_else"


class NoReason(DomainError):
    code = "reason_missing"


class NotAdopted(DomainError):
    code = "not_adopted_yet"


@dataclass(frozen=True)
class Step:
    """What somebody who moves an opportunity says; each stage takes what concerns it."""

    to: str
    on: date
    reason: str = ""
    problem: str = ""
    defer_reason: str = ""
    loss_reason: str = ""
    won_line: SubscriptionLine | None = None
    closed_by: Member | None = None


@transaction.atomic
def move(*, opportunity: Opportunity, by: User | None, **said) -> Opportunity:
    """Bring an opportunity to another stage, as far as what that needs is there.

    `said` are the fields of Step. Qualified needs the hard gates; engaged the problem in words
    and the people of the motion; won the line that was bought; adopted enough use, or the end of
    its time; deferred, lost and disqualified a reason. Raises NoSuchStep, WrongDay, NotQualified,
    NoProblem, WrongStakeholder, NoLine, OtherLine, NotAdopted, NoReason, each with what is
    missing: then nothing changes.
    """
    step = Step(**said)
    lock(opportunity.account)
    opportunity = Opportunity.objects.select_for_update(of=("self",), no_key=True).get(
        pk=opportunity.pk
    )
    _check_step(opportunity, step)
    opportunity.problem = step.problem.strip() or opportunity.problem
    checks = checklist(opportunity=opportunity, on=step.on)
    opportunity.qualification = [check.as_row() for check in checks]
    if step.to == Stage.QUALIFIED:
        require(checks)
    GUARDS.get(step.to, _nothing)(opportunity, step)
    return _write(opportunity, step, by)


def _write(opportunity: Opportunity, step: Step, by: User | None) -> Opportunity:
    came_from, opportunity.stage = opportunity.stage, step.to
    opportunity.stage_since = step.on
    if step.to in ASIDE:
        opportunity.left_at = opportunity.left_at or came_from
        opportunity.note = step.reason.strip() or opportunity.note
    else:
        opportunity.left_at = opportunity.defer_reason = opportunity.note = ""
    if step.to in DECIDED:
        opportunity.decided_on = step.on
        opportunity.defer_reason = ""
    if step.to == Stage.WON:
        opportunity.closed_by = step.closed_by or member_of(by, on=step.on) or opportunity.owner
    opportunity.full_clean(validate_unique=False)
    opportunity.save()
    OpportunityTransition.objects.create(
        opportunity=opportunity,
        from_stage=came_from,
        to_stage=step.to,
        on=step.on,
        by=by,
        reason=step.reason.strip(),
        checklist=opportunity.qualification,
    )
    opportunity_moved(opportunity, came_from)
    opportunity.refresh_from_db()
    return opportunity


def _check_step(opportunity: Opportunity, step: Step) -> None:
    if step.to not in opportunity.next_stages:
        may = ", ".join(Stage(each).label.lower() for each in opportunity.next_stages)
        raise NoSuchStep(
            f"{opportunity.code} is {opportunity.get_stage_display().lower()}: "
            + (f"it can become {may}." if may else "that is the end of it.")
        )
    if step.on < opportunity.stage_since:
        raise WrongDay(
            f"{opportunity.code} is {opportunity.get_stage_display().lower()} since "
            f"{opportunity.stage_since}: history is written in order."
        )


def _nothing(opportunity: Opportunity, step: Step) -> None:
    """Stages that need no more than the step before them."""


def _engage(opportunity: Opportunity, step: Step) -> None:
    if not opportunity.problem.strip():
        raise NoProblem(
            "Say which specific problem this solves for them: a conversation that cannot answer "
            "that is not worth having."
        )
    stakes = Stakeholder.objects.filter(opportunity=opportunity).select_related("contact")
    people = [stake.contact.role for stake in stakes.filter(engaged_on__lte=step.on)]
    _check_people(opportunity, people)


def _check_people(opportunity: Opportunity, roles: list[str]) -> None:
    motion = opportunity.motion
    if motion == Motion.TIER_UPSELL and ContactRole.CHAMPION not in roles:
        raise WrongStakeholder("A tier upsell goes through their champion: engage one first.")
    if motion == Motion.PLATFORM_CROSS_SELL and ContactRole.EXECUTIVE not in roles:
        raise WrongStakeholder("A platform is an executive's decision: engage one first.")
    known_already = {ContactRole.USER, ContactRole.CHAMPION}
    if motion in CROSS_SELLS and not set(roles) - known_already:
        raise WrongStakeholder(
            "A cross-sell needs somebody beyond those who use what they have: engage somebody new "
            "first."
        )


def _win(opportunity: Opportunity, step: Step) -> None:
    line = step.won_line
    if line is None:
        raise NoLine("Name the subscription line that was bought.")
    if line.account_id != opportunity.account_id or line.voided_at:
        raise OtherLine(f"{line} is no line of {opportunity.account}.")
    if opportunity.product_id and line.product_id != opportunity.product_id:
        raise OtherLine(f"{line} is of {line.product}, not of {opportunity.product}.")
    if line.starts_on < opportunity.opened_on:
        raise OtherLine(f"{line} was held before {opportunity.code} was opened.")
    opportunity.won_line = line
    opportunity.adopt_by = step.on + facts.days_of(facts.ADOPTION_DAYS, on=step.on)


def _adopt(opportunity: Opportunity, step: Step) -> None:
    if opportunity.adopt_by and step.on >= opportunity.adopt_by:
        return
    product = opportunity.won_line.product_id if opportunity.won_line else opportunity.product_id
    least = usual_adoption(on=step.on)
    used = facts.adoption(account=opportunity.account, products=[product], on=step.on)
    valued = facts.with_value(account=opportunity.account, on=step.on)
    if product not in valued and used.get(product, -1) < least:
        raise NotAdopted(
            f"They use less than {least * 100:.0f} % of it and have reached nothing with it yet; "
            f"it counts as over on {opportunity.adopt_by} whatever they do."
        )


def _defer(opportunity: Opportunity, step: Step) -> None:
    if step.defer_reason not in DeferReason.values:
        raise NoReason(f"Say why it waits: one of {', '.join(DeferReason.values)}.")
    opportunity.defer_reason = step.defer_reason


def _lose(opportunity: Opportunity, step: Step) -> None:
    if step.loss_reason not in LossReason.values:
        raise NoReason(f"Say why it was lost: one of {', '.join(LossReason.values)}.")
    opportunity.loss_reason = step.loss_reason


def _disqualify(opportunity: Opportunity, step: Step) -> None:
    if not step.reason.strip():
        raise NoReason("Say why it is disqualified.")


GUARDS: dict[str, Callable[[Opportunity, Step], None]] = {
    Stage.ENGAGED: _engage,
    Stage.WON: _win,
    Stage.ADOPTED: _adopt,
    Stage.DEFERRED: _defer,
    Stage.LOST: _lose,
    Stage.DISQUALIFIED: _disqualify,
}
