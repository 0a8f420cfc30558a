"""Using credits: what a use costs, which grants pay for it, and what happens beyond them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts.buyers import buyer_of
from accounts.credit_events import credits_used_up
from accounts.credits.granting import KeyTaken
from accounts.credits.owing import owe, settle
from accounts.credits.pools import lock_credits, pools_of, terms_of
from accounts.credits.subscribed import grant_due
from accounts.models import (
    Account,
    CreditAccount,
    CreditAllocation,
    CreditDraw,
    DrawKind,
)
from config.errors import DomainError
from pricing.amounts import ZERO
from pricing.burning import rate_of
from pricing.credit_planning import Pool, burn, credits_for
from pricing.models import CreditUnit, Feature, OnEmpty, Price, PriceInterval
from pricing.resolution import resolve_price

# Rows that are there: asking for each of them again would double the work of a draw.
REFERENCES = ("account", "unit", "feature", "rate", "overage_price", "corrects")


class NotEnoughCredits(DomainError):
    code = "not_enough_credits"


class AlreadyCorrected(DomainError):
    code = "already_corrected"


class NoUse(DomainError):
    code = "no_use"


@dataclass(frozen=True)
class Beyond:
    """What went beyond the credits: owed, or paid in money at a price."""

    owed: Decimal = ZERO
    overage: Decimal = ZERO
    amount: Decimal = ZERO
    price: Price | None = None


@transaction.atomic
def draw(
    *,
    account: Account,
    unit: CreditUnit,
    feature: Feature,
    units: Decimal,
    at: datetime,
    on: date,
    key: str | None = None,
) -> CreditDraw:
    """Use so many units of a feature at an instant, whose day is `on`.

    Grants pay in burn order. Beyond them the pack decides, or the unit where there is no pack:
    nothing is drawn (NotEnoughCredits), the rest is owed, or it is priced. The same key again
    answers the draw it stands for; of something else it raises KeyTaken. Raises NoBurnRate, and
    NoPrice where a credit beyond should have a price and has none.
    """
    row = lock_credits(account=account, unit=unit)
    known = CreditDraw.objects.filter(account=account, key=key).first() if key else None
    if known:
        return _same(known, unit, feature, units)
    rate = rate_of(unit=unit, feature=feature, on=on)
    if grant_due(account=account, unit=unit, on=on):
        row.refresh_from_db(fields=["owed"])
    settle(row=row, on=on)
    credits = credits_for(units, rate.credits)
    pools = pools_of(account=account, unit=unit, on=on)
    taken = burn(pools, credits, product=feature.product_id, on=on)
    missing = credits - sum((share for _, share in taken), ZERO)
    beyond = _beyond(row, missing, on) if missing else Beyond()
    used = CreditDraw(
        account=account,
        unit=unit,
        feature=feature,
        rate=rate,
        units=units,
        credits=credits,
        overage=beyond.overage,
        overage_amount=beyond.amount,
        overage_price=beyond.price,
        at=at,
        drawn_on=on,
        key=key or None,
    )
    used.clean_fields(exclude=REFERENCES)
    used.save()
    _allocate(used, taken)
    if beyond.owed:
        owe(row, beyond.owed)
    if taken and not any(pool.left for pool in pools):
        credits_used_up(used, beyond=missing)
    return used


def _same(known: CreditDraw, unit: CreditUnit, feature: Feature, units: Decimal) -> CreditDraw:
    if (known.unit_id, known.feature_id, known.units) != (unit.pk, feature.pk, units):
        raise KeyTaken(f"The key {known.key} stands for another draw: {known}.")
    return known


def _beyond(row: CreditAccount, missing: Decimal, on: date) -> Beyond:
    terms = terms_of(account=row.account, unit=row.unit, on=on)
    policy = terms.on_empty if terms else row.unit.on_empty
    if policy == OnEmpty.ALLOW_NEGATIVE:
        return Beyond(owed=missing)
    if policy == OnEmpty.OVERAGE:
        found = resolve_price(
            buyer=buyer_of(account=row.account, on=on),
            charge=terms.overage_charge,
            currency=row.account.currency,
            interval=PriceInterval.MONTH,
            on=on,
            quantity=missing,
        )
        return Beyond(overage=missing, amount=found.amount.total, price=found.price)
    raise NotEnoughCredits(
        f"{row.account} is {missing.normalize():f} {row.unit} short on {on}: nothing was drawn."
    )


def _allocate(used: CreditDraw, taken: list[tuple[Pool, Decimal]]) -> None:
    CreditAllocation.objects.bulk_create(
        CreditAllocation(draw=used, grant=pool.key, credits=share, counts_on=used.drawn_on)
        for pool, share in taken
    )


@transaction.atomic
def correct(*, draw: CreditDraw, reason: str, at: datetime, on: date) -> CreditDraw:
    """Undo a use from the day `on`: every grant gets back what it paid, money and debts too.

    Credits of a grant that has ended meanwhile are lost with it. Raises AlreadyCorrected, and
    NoUse for what is itself a correction or was taken back.
    """
    row = lock_credits(account=draw.account, unit=draw.unit)
    if draw.kind != DrawKind.USE:
        raise NoUse("Only a use is corrected.")
    if CreditDraw.objects.filter(corrects=draw).exists():
        raise AlreadyCorrected(f"{draw} was corrected already.")
    undone = CreditDraw(
        account=draw.account,
        unit=draw.unit,
        kind=DrawKind.CORRECTION,
        feature=draw.feature,
        rate=draw.rate,
        units=-draw.units,
        credits=-draw.credits,
        overage=-draw.overage,
        overage_amount=-draw.overage_amount,
        overage_price=draw.overage_price,
        at=at,
        drawn_on=on,
        corrects=draw,
        reason=reason,
    )
    undone.clean_fields(exclude=REFERENCES)
    undone.save()
    paid = draw.allocations.values_list("grant").annotate(credits=Sum("credits")).order_by("grant")
    paid = list(paid)
    CreditAllocation.objects.bulk_create(
        CreditAllocation(draw=undone, grant_id=grant, credits=-credits, counts_on=on)
        for grant, credits in paid
    )
    owed = draw.credits - draw.overage - sum((credits for _, credits in paid), ZERO)
    if owed:
        owe(row, -owed)
    settle(row=row, on=on)
    return undone
