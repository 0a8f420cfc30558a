"""What an account has of a unit on a day, held by whoever is about to change it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from accounts.models import Account, CreditAccount, CreditGrant
from pricing.credit_planning import Pool
from pricing.models import CreditTerms, CreditUnit

NOT_YET = 2**63  # the place of a grant that is to come: after all there are


def lock_credits(*, account: Account, unit: CreditUnit) -> CreditAccount:
    """Let grants and draws of an account and unit wait for one another."""
    rows = CreditAccount.objects.select_for_update(no_key=True)
    row = rows.filter(account=account, unit=unit).first()
    if row is None:
        new = CreditAccount(account=account, unit=unit)
        CreditAccount.objects.bulk_create([new], ignore_conflicts=True)
        row = rows.get(account=account, unit=unit)
    return row


def lock_many(pairs: Iterable[tuple[Account, CreditUnit]]) -> None:
    """The same for many, always in one order."""
    for account, unit in sorted(set(pairs), key=lambda pair: (pair[0].pk, pair[1].pk)):
        lock_credits(account=account, unit=unit)


def pools_of(*, account: Account, unit: CreditUnit, on: date) -> list[Pool]:
    """What is left of every grant that runs on the day; one query."""
    grants = CreditGrant.objects.in_force(on=on).of(account, unit)
    grants = grants.filter(balance__left__gt=0).select_related("balance")
    return [as_pool(grant, left=grant.balance.left) for grant in grants]


def as_pool(grant: CreditGrant, *, left: Decimal) -> Pool:
    """A grant as what can be burned."""
    return Pool(
        grant,
        left,
        grant.starts_on,
        grant.ends_on,
        grant.product_id,
        grant.priority,
        grant.cost > 0,
        grant.pk or NOT_YET,
    )


def terms_of(*, account: Account, unit: CreditUnit, on: date) -> CreditTerms | None:
    """What the account's credit pack says: that of the newest grant from one that runs."""
    grants = CreditGrant.objects.in_force(on=on).of(account, unit).filter(plan__isnull=False)
    newest = grants.order_by("-starts_on", "-id").values("plan")[:1]
    terms = CreditTerms.objects.filter(plan=newest, unit=unit)
    return terms.select_related("overage_charge__plan").first()
