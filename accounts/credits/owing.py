"""What was used beyond all credits, and how the next ones pay for it."""

from datetime import date
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from accounts.credits.pools import pools_of
from accounts.models import Account, CreditAccount, CreditAllocation, CreditDraw, DrawKind
from pricing.credit_planning import burn
from pricing.models import CreditUnit


def owed_draws(*, account: Account, unit: CreditUnit):
    """Uses that nothing has paid for in full, the oldest first; `owed` is what is missing."""
    draws = CreditDraw.objects.filter(
        account=account, unit=unit, kind=DrawKind.USE, corrected_by=None
    )
    covered = Coalesce(Sum("allocations__credits"), Decimal(0))
    draws = draws.annotate(owed=F("credits") - F("overage") - covered).filter(owed__gt=0)
    return draws.select_related("feature").order_by("drawn_on", "id")


def settle(*, row: CreditAccount, on: date) -> None:
    """Pay what is owed with what there is on the day, the oldest use first.

    The caller holds the row. Without debts it asks nothing.
    """
    if not row.owed:
        return
    pools = pools_of(account=row.account, unit=row.unit, on=on)
    paid = []
    for draw in owed_draws(account=row.account, unit=row.unit).filter(drawn_on__lte=on):
        taken = burn(pools, draw.owed, product=draw.feature.product_id, on=on)
        paid += [
            CreditAllocation(draw=draw, grant=pool.key, credits=share, counts_on=on)
            for pool, share in taken
        ]
    if paid:
        CreditAllocation.objects.bulk_create(paid)
        owe(row, -sum(allocation.credits for allocation in paid))


def owe(row: CreditAccount, more: Decimal) -> None:
    """Count what is owed up, or down."""
    row.owed += more
    row.save(update_fields=["owed"])
