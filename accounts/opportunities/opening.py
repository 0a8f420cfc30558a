"""Beginning an opportunity: classified, checked, priced, assigned, with its playbook pinned."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts.affinity import Affinity, Lead, leads
from accounts.expansion_events import opportunity_opened
from accounts.experiments import assigned
from accounts.models import (
    OPEN,
    Account,
    Member,
    Opportunity,
    OpportunityOrigin,
    OpportunityTransition,
    Playbook,
    Signal,
    Stage,
)
from accounts.opportunities.classification import classify, from_plan
from accounts.opportunities.offers import ONE, offered
from accounts.opportunities.owning import member_of, owner_of
from accounts.opportunities.qualification import checklist, deferral
from accounts.opportunities.standing import Standing, standing
from accounts.ownership import lock
from config.access.models import User
from config.errors import DomainError
from portfolio.models import Motion, Posture, ProductStatus
from portfolio.sequencing import missing_before
from portfolio.targeting import position
from pricing.models import COMPOSITE, Plan

NEXT_ID = "SELECT nextval(pg_get_serial_sequence('accounts_opportunity', 'id'))"
REPLACES = (Motion.TIER_UPSELL,)


class NotForSale(DomainError):
    code = "not_on_sale"


class Excluded(DomainError):
    code = "excluded_in_segment"


class MissingPredecessor(DomainError):
    code = "missing_predecessor"


class WeakPair(DomainError):
    code = "weak_pair"


class AlreadyOpen(DomainError):
    """Another opportunity is about the same: `other`."""

    code = "already_open"

    def __init__(self, text: str, other: Opportunity) -> None:
        super().__init__(text)
        self.other = other


@dataclass(frozen=True)
class Pitch:
    """What somebody who opens an opportunity says of it; all else follows."""

    motion: str | None = None
    problem: str = ""
    weak_pair_reason: str = ""
    quantity: Decimal | None = None
    code: str | None = None
    owner: Member | None = None
    secondary_owner: Member | None = None
    secondary_role: str = ""
    sourced_by: Member | None = None
    origin: str = OpportunityOrigin.MANUAL
    signal: Signal | None = None


@transaction.atomic
def open_opportunity(
    *, account: Account, target_plan: Plan, on: date, by: User | None = None, **said
) -> Opportunity:
    """Begin to pursue the sale of a plan to an account; `said` are the fields of Pitch.

    The motion follows from what the account owns. Its price is that of the account's own book,
    for the quantity, or else for as many as they have of what it replaces; the owner is whoever
    looks after the account, the playbook the newest of the motion. It begins as identified, or
    deferred where a hard gate does not hold. Raises Misclassified, NoMotion and NotACustomer as
    `classify` does, NotForSale, Excluded for what is never offered in the segment,
    MissingPredecessor, WeakPair for a cross-sell to which next to nothing leads unless a reason
    is given, and AlreadyOpen.
    """
    pitch = Pitch(**said)
    lock(account)
    holds = standing(account=account, on=on)
    motion = classify(plan=target_plan, holds=holds, motion=pitch.motion)
    _check_offer(target_plan, holds)
    _check_affinity(target_plan, holds, pitch.weak_pair_reason)
    _check_open(account, target_plan, motion)
    return _begin(_drawn_up(target_plan, holds, motion, pitch, by), by)


def _drawn_up(
    plan: Plan, holds: Standing, motion: str, pitch: Pitch, by: User | None
) -> Opportunity:
    """The row, with all that follows from the account, the plan and the motion."""
    account, on, row_id = holds.account, holds.on, _next_id()
    before = from_plan(plan=plan, holds=holds, motion=motion)
    expected, trace = _expected(plan, before if motion in REPLACES else None, holds, pitch.quantity)
    return Opportunity(
        pk=row_id,
        code=pitch.code or f"O-{row_id}",
        account=account,
        motion=motion,
        product=plan.product,
        from_plan=before,
        target_plan=plan,
        problem=pitch.problem.strip(),
        weak_pair_reason=pitch.weak_pair_reason.strip(),
        expected_mrr=expected,
        price_trace=trace,
        owner=pitch.owner,
        secondary_owner=pitch.secondary_owner,
        secondary_role=pitch.secondary_role,
        sourced_by=pitch.sourced_by or member_of(by, on=on),
        playbook=Playbook.objects.current(motion),
        variant=assigned(account=account, motion=motion, on=on),
        origin=pitch.origin,
        signal=pitch.signal,
        opened_on=on,
        stage_since=on,
    )


def _begin(opportunity: Opportunity, by: User | None) -> Opportunity:
    if opportunity.owner is None:
        found = owner_of(opportunity=opportunity, by=by)
        opportunity.owner, opportunity.decision = found.member, found.decision
    checks = checklist(opportunity=opportunity, on=opportunity.opened_on)
    opportunity.qualification = [check.as_row() for check in checks]
    waits = deferral(checks)
    if waits:
        opportunity.stage, opportunity.left_at = Stage.DEFERRED, Stage.IDENTIFIED
        opportunity.defer_reason, opportunity.note = waits.defers, waits.reason
    opportunity.full_clean(validate_unique=False)
    opportunity.save(force_insert=True)
    OpportunityTransition.objects.create(
        opportunity=opportunity,
        to_stage=opportunity.stage,
        on=opportunity.opened_on,
        by=by,
        reason=waits.reason if waits else "Opened.",
        checklist=opportunity.qualification,
    )
    opportunity_opened(opportunity)
    return opportunity


def _check_offer(plan: Plan, holds: Standing) -> None:
    """What may be offered at all: on sale, wanted in the segment, with what it builds on."""
    for row in filter(None, (plan, plan.product)):
        if row.status(on=holds.on) != ProductStatus.ON_SALE:
            raise NotForSale(f"{row} is not on sale on {holds.on}.")
    if holds.segment and position(segment=holds.segment).posture(plan.product) == Posture.EXCLUDE:
        what = f"{plan.product} is" if plan.product else "Bundles and the platform are"
        raise Excluded(f"{what} never offered to {holds.segment}.")
    if plan.product is None or plan.product_id in holds.products:
        return
    missing = missing_before(products=[plan.product], held=holds.products)[plan.product_id]
    if missing:
        names = ", then ".join(str(product) for product in missing)
        raise MissingPredecessor(f"{plan.product} builds on what they do not have: first {names}.")


def _check_affinity(plan: Plan, holds: Standing, reason: str) -> None:
    lead = best_lead(plan, holds)
    if lead and lead.affinity == Affinity.WEAK and not reason.strip():
        held = holds.products[lead.held]
        raise WeakPair(
            f"Hardly anybody who has {held} has {plan.product} too: {lead.both} of {lead.holders}, "
            "and nothing else they have leads there more. Say why it is worth it."
        )


def best_lead(plan: Plan, holds: Standing) -> Lead | None:
    """What of all that is owned leads most to the plan's product; None unless it is another."""
    if plan.kind in COMPOSITE or plan.product_id is None or plan.product_id in holds.products:
        return None
    found = leads(held=holds.products, to=[plan.product_id], on=holds.on)[plan.product_id]
    return next(iter(found), None)


def _check_open(account: Account, plan: Plan, motion: str) -> None:
    other = Opportunity.objects.filter(
        account=account, motion=motion, target_plan=plan, stage__in=OPEN
    ).first()
    if other:
        raise AlreadyOpen(f"{other.code} is open for {plan} at {account} already.", other)


def _expected(
    plan: Plan, replaced: Plan | None, holds: Standing, quantity: Decimal | None
) -> tuple[int | None, list[dict]]:
    """What the account would pay more a month than for the plan that the target replaces, and why.

    None where there is no price, and where nobody knows how many they have and the price of one
    is below what they pay.
    """
    wanted = holds.quantity_of(replaced) if quantity is None else quantity
    many = ONE if wanted is None else wanted
    price = offered(account=holds.account, plan=plan, on=holds.on, quantity=many)
    if price.mrr is None:
        return None, price.trace or [{"step": "no_price", "reason": price.missing}]
    more = price.mrr - holds.mrr_of(replaced)
    if more < 0 and wanted is None:
        reason = f"They pay more for {replaced} already, and how many they have is not known."
        return None, [*price.trace, {"step": "quantity", "reason": reason}]
    return max(more, 0), price.trace


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_ID)
        return cursor.fetchone()[0]
