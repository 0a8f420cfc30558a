"""Rebalancing a pool: proposed from what members carry, approved by somebody else, then done."""

from collections import Counter
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts import ownership
from accounts.models import (
    Assignment,
    AssignmentSource,
    LoadMeasure,
    MoveOutcome,
    NamedAccount,
    Opportunity,
    Pool,
    PoolMember,
    ProposalState,
    RebalancingMove,
    RebalancingProposal,
    Stage,
    SubscriptionLine,
)
from accounts.routing.rebalancing import Bearer, Item, even_out
from accounts.routing.renewals import renewing
from accounts.routing.world import loads
from config.access.models import User
from config.errors import DomainError

LATE = (Stage.EVALUATING, Stage.PURCHASING)


class NothingToEvenOut(DomainError):
    code = "nothing_to_even_out"


class DecidedAlready(DomainError):
    code = "decided_already"


class OwnProposal(DomainError):
    code = "own_proposal"


@transaction.atomic
def propose(
    *,
    pool: Pool,
    on: date,
    by: User,
    tolerance: int = 10,
    recent_days: int = 30,
    renewal_days: int = 90,
) -> RebalancingProposal:
    """Few moves that bring every member who takes turns near their share, as a row to approve.

    Accounts that are somebody's by name, were assigned lately, renew soon or are about to buy
    stay. Raises NothingToEvenOut when no move helps, saying how many accounts could not move,
    and why.
    """
    proposal = RebalancingProposal(
        pool=pool,
        starts_on=on,
        author=by,
        tolerance=tolerance,
        recent_days=recent_days,
        renewal_days=renewal_days,
        figures={},
    )
    groups, held, stayed = _bearers(proposal)
    bearers = [bearer for group in groups for bearer in group]
    before = {bearer.key: bearer.load for bearer in bearers}
    moves = [move for group in groups for move in even_out(group, tolerance=tolerance)]
    if not moves:
        kept = ", ".join(f"{count} {why}" for why, count in sorted(stayed.items()))
        raise NothingToEvenOut(
            f"No move brings anybody nearer to within {tolerance} %."
            + (f" Accounts that stay: {kept}." if kept else "")
        )
    proposal.figures = {
        "before": before,
        "after": {bearer.key: bearer.load for bearer in bearers},
        "weights": {bearer.key: bearer.weight for bearer in bearers},
        "stayed": dict(stayed),
    }
    proposal.full_clean()
    proposal.save()
    RebalancingMove.objects.bulk_create(
        RebalancingMove(
            proposal=proposal,
            account_id=held[move.item.key].account_id,
            assignment=held[move.item.key],
            giver_id=move.giver,
            taker_id=move.taker,
            load=move.item.load,
        )
        for move in moves
    )
    return proposal


@transaction.atomic
def approve(*, proposal: RebalancingProposal, by: User) -> RebalancingProposal:
    """Let the moves happen: each becomes an assignment from the proposal's first day on.

    An account that changed hands since it was proposed, or whose taker has left, stays, and its
    move says so. Raises DecidedAlready, OwnProposal for whoever proposed it.
    """
    _open(proposal)
    if by.pk == proposal.author_id:
        raise OwnProposal("Somebody else approves it: you proposed it.")
    moves = list(proposal.moves.select_related("account", "assignment__product", "taker__user"))
    for move in sorted(moves, key=lambda each: each.account_id):
        move.outcome = (
            MoveOutcome.MOVED if _moved(move, proposal.starts_on) else MoveOutcome.CHANGED_SINCE
        )
        move.save(update_fields=["outcome"])
    return _decided(proposal, ProposalState.APPROVED, by)


@transaction.atomic
def reject(*, proposal: RebalancingProposal, by: User) -> RebalancingProposal:
    """Leave everything as it is; whoever proposed it may take it back so. Raises DecidedAlready."""
    _open(proposal)
    return _decided(proposal, ProposalState.REJECTED, None if by.pk == proposal.author_id else by)


def _open(proposal: RebalancingProposal) -> None:
    rows = RebalancingProposal.objects.select_for_update(no_key=True, of=("self",))
    rows.get(pk=proposal.pk)
    proposal.refresh_from_db()
    if proposal.state != ProposalState.PROPOSED:
        raise DecidedAlready(f"It is {proposal.get_state_display().lower()} already.")


def _decided(
    proposal: RebalancingProposal, state: str, approver: User | None
) -> RebalancingProposal:
    proposal.state, proposal.approver = state, approver
    proposal.save(update_fields=["state", "approver"])
    proposal.refresh_from_db()
    return proposal


def _moved(move: RebalancingMove, on: date) -> bool:
    """Whether the account goes as proposed: it is still the giver's, and the taker is there."""
    ownership.lock(move.account)
    current = Assignment.objects.in_force(on=on).filter(pk=move.assignment_id, ends_on=None).first()
    if current is None or current.member_id != move.giver_id:
        return False
    try:
        with transaction.atomic():
            ownership.assign(
                account=move.account,
                role=current.role,
                member=move.taker,
                starts_on=on,
                product=current.product,
                source=AssignmentSource.REBALANCE,
            )
    except (ownership.MemberNotActive, ownership.LaterOwner):
        return False
    return True


def _bearers(
    proposal: RebalancingProposal,
) -> tuple[list[list[Bearer]], dict[int, Assignment], Counter]:
    """Members who take turns, by role, with what may move of theirs, and why the rest stays."""
    pool, on = proposal.pool, proposal.starts_on
    seats = list(_seats(pool, on))
    members = [seat.member_id for seat in seats]
    carried = loads(members=members, pool=pool, on=on)
    bearers = {
        seat.member_id: Bearer(seat.member_id, seat.weight, carried.get(seat.member_id, 0))
        for seat in seats
    }
    roles = {seat.member_id: seat.member.role for seat in seats}
    owned = Assignment.objects.in_force(on=on).filter(member__in=members, product=None)
    owned = list(owned.select_related("account", "product").order_by("pk"))
    weighed = _weights(pool, owned, on)
    fixed = _fixed(proposal, owned)
    held, stayed = {}, Counter()
    for row in owned:
        why = fixed.get(row.account_id) or _recent(row, proposal)
        if not why and row.role != roles[row.member_id]:
            why = "in another role"
        if why:
            stayed[why] += 1
        elif weighed.get(row.account_id):
            held[row.pk] = row
            bearers[row.member_id].items.append(Item(row.pk, weighed[row.account_id]))
    groups = [
        [bearer for key, bearer in bearers.items() if roles[key] == role]
        for role in sorted(set(roles.values()))
    ]
    return groups, held, stayed


def _seats(pool: Pool, on: date) -> QuerySet[PoolMember]:
    """Places of members who are there on the day and take turns."""
    seats = pool.members.filter(weight__gt=0, member__user__is_active=True)
    seats = seats.exclude(member__starts_on__gt=on).exclude(member__ends_on__lte=on)
    return seats.select_related("member").order_by("position")


def _weights(pool: Pool, owned: list[Assignment], on: date) -> dict[int, int]:
    accounts = {row.account_id for row in owned}
    if pool.measure == LoadMeasure.ACCOUNTS:
        return dict.fromkeys(accounts, 1)
    lines = SubscriptionLine.objects.live(on=on).filter(
        account__in=accounts, account__currency=pool.currency
    )
    return dict(lines.order_by().values_list("account").annotate(Sum("mrr")))


def _fixed(proposal: RebalancingProposal, owned: list[Assignment]) -> dict[int, str]:
    """Accounts that stay whoever has them, and why."""
    accounts = {row.account_id for row in owned}
    soon = renewing(
        accounts=accounts,
        start=proposal.starts_on,
        end=proposal.starts_on + timedelta(days=proposal.renewal_days),
    )
    late = Opportunity.objects.filter(account__in=accounts, stage__in=LATE)
    named = NamedAccount.objects.in_force(on=proposal.starts_on).filter(account__in=accounts)
    return {
        **dict.fromkeys(late.values_list("account", flat=True), "about to buy"),
        **dict.fromkeys(soon, "renew soon"),
        **dict.fromkeys(named.values_list("account", flat=True), "named"),
    }


def _recent(row: Assignment, proposal: RebalancingProposal) -> str:
    if row.ends_on is not None:
        return "end already"
    held = (proposal.starts_on - row.starts_on).days
    return "assigned lately" if held < proposal.recent_days else ""
