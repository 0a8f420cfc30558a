"""Who is given credits, and how they are taken back."""

from datetime import date, datetime

from django.db import transaction

from accounts.credit_events import credits_granted
from accounts.credits.owing import settle
from accounts.credits.pools import lock_credits
from accounts.models import (
    CreditAllocation,
    CreditDraw,
    CreditGrant,
    DrawKind,
    GrantBalance,
)
from config.errors import DomainError
from pricing.models import CreditTerms


class KeyTaken(DomainError):
    code = "key_taken"


class NotOfThisPack(DomainError):
    code = "not_of_this_pack"


class NothingLeft(DomainError):
    code = "nothing_left"


@transaction.atomic
def grant(*, wanted: CreditGrant, on: date) -> CreditGrant:
    """Give an account credits for some days; what it owes on the day `on` is paid from them.

    The same key again answers the grant it stands for. Raises KeyTaken when that is of something
    else, NotOfThisPack for a plan that grants no credits of the unit, ValidationError for what
    the row refuses.
    """
    account, unit, plan = wanted.account, wanted.unit, wanted.plan
    row = lock_credits(account=account, unit=unit)
    wanted.key = wanted.key or None
    if known := _known(wanted):
        return known
    if plan and not CreditTerms.objects.filter(plan=plan, unit=unit).exists():
        raise NotOfThisPack(f"{plan} grants no credits of {unit}.")
    wanted.full_clean()
    wanted.save()
    credits_granted(wanted)
    settle(row=row, on=on)
    return wanted


def _known(wanted: CreditGrant) -> CreditGrant | None:
    if wanted.key is None:
        return None
    known = CreditGrant.objects.filter(account=wanted.account, key=wanted.key).first()
    if known and _facts(known) != _facts(wanted):
        raise KeyTaken(f"The key {wanted.key} stands for another grant: {known}.")
    return known


def _facts(grant: CreditGrant) -> tuple:
    days = (grant.starts_on, grant.ends_on)
    return (grant.unit_id, grant.credits, grant.product_id, grant.plan_id, grant.cost, *days)


@transaction.atomic
def withdraw(*, grant: CreditGrant, reason: str, at: datetime, on: date) -> CreditDraw:
    """Take back what is left of a grant. Raises NothingLeft."""
    lock_credits(account=grant.account, unit=grant.unit)
    left = GrantBalance.objects.get(grant=grant).left
    if not left:
        raise NothingLeft(f"Nothing is left of {grant}.")
    draw = CreditDraw(
        account=grant.account,
        unit=grant.unit,
        kind=DrawKind.WITHDRAWAL,
        credits=left,
        at=at,
        drawn_on=on,
        reason=reason,
    )
    draw.full_clean()
    draw.save()
    CreditAllocation.objects.create(draw=draw, grant=grant, credits=left, counts_on=on)
    return draw
