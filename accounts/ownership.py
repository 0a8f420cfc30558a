"""Who looks after an account from which day on, and whose accounts somebody sees."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import events
from accounts.models import Account, Assignment, AssignmentSource, Member, RoutingDecision
from config.access.scoping import may_view, visible
from config.errors import DomainError
from portfolio.models import Product

SEES_ALL = "accounts.view_all_account"
SEES_TEAM = "accounts.view_team_account"


class MemberNotActive(DomainError):
    code = "member_not_active"


class LaterOwner(DomainError):
    code = "later_owner"


class AlreadyReleased(DomainError):
    code = "already_released"


class NotBegun(DomainError):
    code = "not_begun"


@transaction.atomic
def assign(
    *,
    account: Account,
    role: str,
    member: Member,
    starts_on: date,
    product: Product | None = None,
    source: str = AssignmentSource.MANUAL,
    decision: RoutingDecision | None = None,
) -> Assignment:
    """Let a member look after an account, or one product of it, in a role from a day on.

    `source` and `decision` say why they. The owner until then ends on that day; one who would
    have begun on it is replaced; the same member stays as they are. Raises MemberNotActive for a
    member who is not in the team on the day, LaterOwner when somebody is to begin after it:
    history is written in order.
    """
    lock(account)
    member.refresh_from_db(fields=["starts_on", "ends_on"])
    if not member.is_active(on=starts_on):
        raise MemberNotActive(f"{member} is not active on {starts_on}.")
    stretches = Assignment.objects.of_key(account=account, role=role, product=product)
    later = stretches.filter(starts_on__gt=starts_on).first()
    if later:
        raise LaterOwner(f"{account} has another owner in this role from {later.starts_on} on.")
    current = stretches.in_force(on=starts_on).first()
    if current and current.member_id == member.pk and current.ends_on is None:
        return current
    wanted = Assignment(
        account=account,
        role=role,
        member=member,
        starts_on=starts_on,
        product=product,
        source=source,
        decision=decision,
    )
    opened = _open(current, wanted)
    events.account_assigned(opened)
    return opened


def _open(current: Assignment | None, wanted: Assignment) -> Assignment:
    if current and current.starts_on == wanted.starts_on:
        wanted.pk = current.pk  # it was never theirs
        wanted._state.adding = False
    elif current:
        current.ends_on = wanted.starts_on
        current.save(update_fields=["ends_on"])
    wanted.full_clean()
    wanted.save()
    return wanted


@transaction.atomic
def release(*, assignment: Assignment, on: date) -> Assignment:
    """End an owner's stretch: `on` is the first day without them.

    Raises AlreadyReleased when it ends earlier already, NotBegun on or before its first day: a
    wrong owner of that day is replaced by assigning the right one.
    """
    lock(assignment.account)
    assignment.refresh_from_db()
    if assignment.ends_on and assignment.ends_on <= on:
        raise AlreadyReleased(f"It ends on {assignment.ends_on} already.")
    if on <= assignment.starts_on:
        raise NotBegun(f"It begins on {assignment.starts_on}: it can end from the day after.")
    assignment.ends_on = on
    assignment.save(update_fields=["ends_on"])
    events.account_released(assignment)
    return assignment


def lock(account: Account) -> None:
    """Let decisions about the owners of one account wait for one another."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def sees_every_account(actor) -> bool:
    """Whether the actor sees accounts whoever looks after them."""
    return actor.has_perm(SEES_ALL)


def within_reach(rows: QuerySet, actor, *, on: date, account: str = "account") -> QuerySet:
    """The rows of accounts that the actor sees on the day; `account` is the path to them.

    All, for whom a role lets; else those they own in any role or for any product, and with the
    permission for it those that members of their teams own. Whoever has left a team sees
    nothing through it. One subquery, whatever there is.
    """
    if sees_every_account(actor):
        return rows
    if actor.has_perm(SEES_TEAM):
        members = Member.objects.of_teams_of(actor, on=on)
    else:
        members = Member.objects.in_force(on=on).filter(user=actor.pk)
    owned = Assignment.objects.held_by(members.values("pk"), on=on)
    return rows.filter(**{f"{account}__in": owned.values("account")})


def colleagues(actor, *, on: date) -> QuerySet[Member]:
    """The members whom the actor may name as help.

    Those they may see; else whoever is in a team with them on the day, or looks after an account
    that they see.
    """
    if may_view(Member, actor):
        return visible(Member.objects.all(), actor)
    shared = visible(Assignment.objects.in_force(on=on), actor)
    of_teams = Member.objects.of_teams_of(actor, on=on)
    return Member.objects.in_force(on=on).filter(
        Q(pk__in=of_teams.values("pk")) | Q(pk__in=shared.values("member"))
    )
