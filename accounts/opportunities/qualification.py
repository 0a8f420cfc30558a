"""Whether the moment is right: a checklist with reasons, whose hard gates cannot be passed by."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import Sum

from accounts.models import (
    CROSS_SELLS,
    Contact,
    ContactRole,
    DeferReason,
    Opportunity,
    Stakeholder,
    SubscriptionLine,
)
from accounts.opportunities import facts
from accounts.opportunities.standing import Standing, standing
from config.errors import DomainError
from portfolio.models import Motion, ProductRole, Sequence, SequenceKind
from portfolio.sequencing import usual_adoption

RED = "red"
GROWTH_DAYS = 180


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105  (no password)
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One criterion: what was found, and why. A hard one that does not `hold` stops the pursuit.

    `defers` is the reason for which the opportunity then waits.
    """

    criterion: str
    verdict: Verdict
    reason: str
    hard: bool = False
    holds: bool = True
    defers: str = ""

    def as_row(self) -> dict:
        return asdict(self)


class NotQualified(DomainError):
    """A hard gate that does not hold; its code names which."""

    def __init__(self, check: Check) -> None:
        super().__init__(f"Too early. {check.reason}")
        self.code = check.defers or check.criterion
        self.check = check


@dataclass(frozen=True)
class Case:
    """An opportunity on a day, with what its criteria ask about, each asked once."""

    opportunity: Opportunity
    holds: Standing

    @property
    def on(self) -> date:
        return self.holds.on

    @cached_property
    def valued(self) -> set[int]:
        return facts.with_value(account=self.holds.account, on=self.on)

    @cached_property
    def adoption(self) -> dict[int, Decimal]:
        held = self.holds.products
        return facts.adoption(account=self.holds.account, products=held, on=self.on)

    @cached_property
    def enough(self) -> Decimal:
        return usual_adoption(on=self.on)

    @cached_property
    def people(self) -> list[Contact]:
        """Those at the account; who is engaged counts most, and everybody may count."""
        return list(Contact.objects.there(on=self.on).filter(account=self.holds.account))

    @cached_property
    def engaged(self) -> list[Contact]:
        if self.opportunity.pk is None:
            return []
        stakes = Stakeholder.objects.filter(opportunity=self.opportunity)
        return [stake.contact for stake in stakes.select_related("contact")]

    def has_value(self, product: int, least: Decimal) -> bool:
        return product in self.valued or self.adoption.get(product, Decimal(-1)) >= least


def checklist(*, opportunity: Opportunity, on: date) -> list[Check]:
    """Every criterion, hard ones first, as it stands on the day."""
    case = Case(opportunity, standing(account=opportunity.account, on=on))
    return [criterion(case) for criterion in CRITERIA]


def require(checks: Iterable[Check], *, but: tuple[str, ...] = ()) -> None:
    """Raises NotQualified for the first hard gate that does not hold; `but` names exceptions."""
    for check in checks:
        if check.hard and not check.holds and check.criterion not in but:
            raise NotQualified(check)


def deferral(checks: Iterable[Check]) -> Check | None:
    """The first hard gate for which an opportunity waits from the start."""
    return next((each for each in checks if each.hard and not each.holds and each.defers), None)


def score(checks: Iterable[dict]) -> float | None:
    """Of the criteria that are known, the share that passes; for ranking, never a gate."""
    known = [each["verdict"] for each in checks if each["verdict"] != Verdict.UNKNOWN]
    return sum(each == Verdict.PASS for each in known) / len(known) if known else None


def _healthy(case: Case) -> Check:
    band = facts.health_band(account=case.holds.account, on=case.on)
    gate = {"hard": True, "defers": DeferReason.ANCHOR_UNHEALTHY.value}
    if band is None:
        return Check("anchor_healthy", Verdict.UNKNOWN, "Nobody has scored their health.", **gate)
    well = band != RED
    anchors = [p.name for p in case.holds.products.values() if p.role == ProductRole.ANCHOR]
    reason = f"Their health with {' and '.join(sorted(anchors)) or 'what they have'} is {band}."
    return Check(
        "anchor_healthy", Verdict.PASS if well else Verdict.FAIL, reason, holds=well, **gate
    )


def _valued(case: Case) -> Check:
    gate = {"hard": True, "defers": DeferReason.PREMATURE.value}
    for product in case.holds.products.values():
        if case.has_value(product.pk, case.enough):
            how = "they reached what they bought it for" if product.pk in case.valued else "used"
            text = f"{product} gives them value: {how}."
            return Check("value_realised", Verdict.PASS, text, **gate)
    known = bool(case.adoption)
    reason = (
        f"None of what they have is used to {_percent(case.enough)} or has a recorded outcome."
        if known
        else "No outcome is recorded, and nobody measures what they use."
    )
    verdict = Verdict.FAIL if known else Verdict.UNKNOWN
    return Check("value_realised", verdict, reason, holds=False, **gate)


def _predecessors(case: Case) -> Check:
    gate = {"hard": True, "defers": DeferReason.VALUE_NOT_REALISED.value}
    steps = Sequence.objects.filter(
        after=case.opportunity.product, kind=SequenceKind.REQUIRES
    ).select_related("before")
    if case.opportunity.product is None or not (steps := list(steps)):
        return Check("predecessors_adopted", Verdict.PASS, "Nothing must come before it.", **gate)
    for step in steps:
        if not case.has_value(step.before_id, step.min_adoption):
            used = case.adoption.get(step.before_id)
            found = f"used to {_percent(used)}" if used is not None else "not measured"
            reason = (
                f"{step.before} comes first and is {found}; it takes "
                f"{_percent(step.min_adoption)}, or a recorded outcome."
            )
            verdict = Verdict.FAIL if used is not None else Verdict.UNKNOWN
            return Check("predecessors_adopted", verdict, reason, holds=False, **gate)
    names = ", ".join(str(step.before) for step in steps)
    return Check("predecessors_adopted", Verdict.PASS, f"{names}: adopted.", **gate)


def _cool(case: Case) -> Check:
    gate = {"hard": True, "defers": DeferReason.COOLDOWN.value}
    motion = case.opportunity.motion
    until = facts.cooling_until(account=case.holds.account, motion=motion, on=case.on)
    if until:
        reason = f"They turned a {Motion(motion).label.lower()} down: not before {until}."
        return Check("cooled_down", Verdict.FAIL, reason, holds=False, **gate)
    return Check("cooled_down", Verdict.PASS, "Nothing was turned down lately.", **gate)


def _sponsor(case: Case) -> Check:
    hard = case.opportunity.motion == Motion.PLATFORM_CROSS_SELL
    engaged = any(each.role == ContactRole.EXECUTIVE for each in case.engaged)
    if engaged:
        return Check("executive_sponsor", Verdict.PASS, "An executive is engaged.", hard=hard)
    verdict = Verdict.FAIL if hard or case.engaged else Verdict.UNKNOWN
    reason = "A platform needs an executive who is engaged." if hard else "No executive is engaged."
    return Check("executive_sponsor", verdict, reason, hard=hard, holds=not hard)


def _budget(case: Case) -> Check:
    people = case.engaged or case.people
    if any(each.has_budget_authority for each in people):
        return Check("budget_authority", Verdict.PASS, "Somebody can decide on the money.")
    verdict = Verdict.FAIL if people else Verdict.UNKNOWN
    return Check("budget_authority", verdict, "Nobody is known who can decide on the money.")


def _aligned(case: Case) -> Check:
    """Organisationally aligned: who is to be engaged by the motion is known."""
    wanted = ContactRole.CHAMPION
    if case.opportunity.motion in CROSS_SELLS:
        found = any(each.role not in (ContactRole.USER, wanted) for each in case.people)
        who = "somebody beyond users and champion"
    else:
        found = any(each.role == wanted for each in case.people)
        who = "a champion"
    if found:
        return Check("organisation_aligned", Verdict.PASS, f"There is {who}.")
    verdict = Verdict.FAIL if case.people else Verdict.UNKNOWN
    return Check("organisation_aligned", verdict, f"We know of nobody who is {who}.")


def _growing(case: Case) -> Check:
    before = case.on - timedelta(days=GROWTH_DAYS)
    lines = SubscriptionLine.objects.filter(account=case.holds.account)
    earlier = lines.live(on=before).aggregate(mrr=Sum("mrr"))["mrr"]
    if not earlier:
        return Check("growing", Verdict.UNKNOWN, f"They paid nothing {GROWTH_DAYS} days ago.")
    now = sum(line.mrr for line in case.holds.lines)
    if now > earlier:
        return Check("growing", Verdict.PASS, f"They pay more than {GROWTH_DAYS} days ago.")
    return Check("growing", Verdict.FAIL, f"They pay no more than {GROWTH_DAYS} days ago.")


TITLES = {
    "anchor_healthy": "They are well with what they have",
    "value_realised": "They get value from what they have",
    "predecessors_adopted": "What must come before is adopted",
    "cooled_down": "They have not turned it down lately",
    "executive_sponsor": "An executive sponsors it",
    "budget_authority": "Somebody can decide on the money",
    "organisation_aligned": "The right people are known",
    "growing": "They grow",
}
CRITERIA: tuple[Callable[[Case], Check], ...] = (
    _healthy,
    _valued,
    _predecessors,
    _cool,
    _sponsor,
    _budget,
    _aligned,
    _growing,
)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
