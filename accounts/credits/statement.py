"""What an account has of each unit on a day, and how that came about."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.credits.pools import as_pool
from accounts.models import CreditDraw, CreditGrant, DrawKind
from pricing.amounts import ZERO
from pricing.models import CreditUnit


@dataclass
class Statement:
    """Granted - expired - used - withdrawn + overage = balance, below 0 while something is owed.

    `grants` are those that run on the day, in the order in which they are used, each with what
    is `left` of it.
    """

    unit: CreditUnit
    on: date
    granted: Decimal = ZERO
    expired: Decimal = ZERO
    used: Decimal = ZERO
    withdrawn: Decimal = ZERO
    overage: Decimal = ZERO
    overage_amount: Decimal = ZERO
    grants: list[CreditGrant] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        return self.granted - self.expired - self.used - self.withdrawn + self.overage

    @property
    def owed(self) -> Decimal:
        return sum((grant.left for grant in self.grants), ZERO) - self.balance

    @property
    def next_end(self) -> CreditGrant | None:
        """The next credits that end unused."""
        ending = [grant for grant in self.grants if grant.ends_on and grant.left]
        return min(ending, key=lambda grant: grant.ends_on, default=None)


def statements(
    *, grants: QuerySet[CreditGrant], draws: QuerySet[CreditDraw], on: date
) -> list[Statement]:
    """A statement for every unit that there are grants or draws of; two queries.

    Both are those of one account, as far as the asker sees them; what came after the day does
    not count.
    """
    found: dict[int, Statement] = {}
    taken = Coalesce(
        Sum("allocations__credits", filter=Q(allocations__counts_on__lte=on)),
        ZERO,
        output_field=DecimalField(),
    )
    begun = grants.begun(on=on).annotate(left=F("credits") - taken)
    for grant in begun.select_related("unit", "product", "plan"):
        statement = found.setdefault(grant.unit_id, Statement(grant.unit, on))
        statement.granted += grant.credits
        if grant.ends_on and grant.ends_on <= on:
            statement.expired += grant.left
        else:
            statement.grants.append(grant)
    _count(found, draws, on)
    for statement in found.values():
        statement.grants.sort(key=_burn_order)
    return sorted(found.values(), key=lambda statement: statement.unit.code)


def _burn_order(grant: CreditGrant) -> tuple:
    return as_pool(grant, left=grant.left).order


def _count(found: dict[int, Statement], draws: QuerySet[CreditDraw], on: date) -> None:
    sums = draws.until(on=on).order_by().values("unit", "kind")
    sums = sums.annotate(Sum("credits"), Sum("overage"), Sum("overage_amount"))
    rows: dict[int, list[dict]] = defaultdict(list)
    for row in sums:
        rows[row["unit"]].append(row)
    for unit in _unknown(rows, found):
        found[unit.pk] = Statement(unit, on)
    for unit, of_unit in rows.items():
        for row in of_unit:
            name = "withdrawn" if row["kind"] == DrawKind.WITHDRAWAL else "used"
            setattr(found[unit], name, getattr(found[unit], name) + row["credits__sum"])
            found[unit].overage += row["overage__sum"]
            found[unit].overage_amount += row["overage_amount__sum"]


def _unknown(rows: Iterable[int], found: Iterable[int]) -> Iterable[CreditUnit]:
    """Units that were drawn from and never granted; none, mostly, and then no query."""
    missing = set(rows) - set(found)
    return CreditUnit.objects.filter(pk__in=missing) if missing else ()
