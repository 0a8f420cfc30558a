"""What a part of the demo's customers use and try, how well they are, whom one knows there."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction

from accounts.entitlements.relation import EFFECTIVE, asked
from accounts.health import Scored, record_health
from accounts.models import Account, Contact, ContactRole, SegmentRule, UsageDay
from accounts.trials import start_trial
from accounts.usage import Used, record_usage
from metrics.demo.catalog import PORTFOLIO
from metrics.demo.dice import Dice
from portfolio.models import Portfolio, Segment
from pricing.models import Feature

CUSTOMERS, OTHERS, KNOWN, TRYING = 150, 150, 40, 6
DAYS_AGO = (0, 6, 13, 20, 27, 45, 60, 75)
SIZES = {"enterprise": (1000, None), "mid-market": (100, 999), "smb": (None, 99)}
NAMES = (
    "Ada Lindt",
    "Ben Okafor",
    "Cleo Marsh",
    "Dario Vance",
    "Elin Sorby",
    "Farah Idris",
    "Gus Hallam",
    "Hana Mori",
    "Iris Calder",
    "Jonas Wren",
)
ROLES = (ContactRole.CHAMPION, ContactRole.USER, ContactRole.EXECUTIVE)
GRANTED = f"""
WITH {EFFECTIVE}
SELECT account_id, feature_id, value_type, quantity, unlimited
FROM effective JOIN pricing_feature feature ON feature.id = feature_id
WHERE NOT is_support AND (flag OR unlimited OR quantity > 0)
ORDER BY account_id, feature_id"""


@transaction.atomic
def make_usage(*, on: date) -> int:
    """Add usage, health, contacts, trials and segment rules; returns how many days were told.

    Nothing where usage is known already, or where the book is not the demo's.
    """
    is_ours = Portfolio.objects.filter(code=PORTFOLIO["code"]).exists()
    if not is_ours or UsageDay.objects.exists():
        return 0
    held = Account.objects.filter(lines__voided_at=None, lines__ends_on=None).distinct()
    known = list(held.order_by("code"))
    accounts, younger = known[:CUSTOMERS], known[CUSTOMERS:]
    dice = Dice(11)
    # Some of every age, or cohorts of use would tell of the oldest alone.
    others = younger[:: max(len(younger) // OTHERS, 1)]
    used = [*_used(accounts, dice, on), *_used(others, Dice(12), on)]
    record_usage(used)
    record_health(list(_scores(accounts, dice, on)))
    _introduce(accounts[:KNOWN], dice)
    _let_try(accounts, on)
    _rule()
    return len(used)


def _used(accounts: list[Account], dice: Dice, on: date) -> Iterator[Used]:
    """So much of each limit as suits them, growing; flags on some days, and gates hit."""
    with connection.cursor() as cursor:
        cursor.execute(GRANTED, asked(on=on, fresh=1, accounts=[each.pk for each in accounts]))
        rows = cursor.fetchall()
    for account, feature, kind, quantity, unlimited in rows:
        if dice.chance(0.25):
            continue  # they have it and do not use it
        share = Decimal(dice.between(15, 104))
        for days_ago in DAYS_AGO:
            if kind == "quantity" and not unlimited:
                most = max(quantity * share / 100, Decimal(1))
                value = (most * (120 - days_ago) / 120).quantize(Decimal(1)) or Decimal(1)
            else:
                value = Decimal(dice.between(1, 40))
            yield Used(account, feature, "use", on - timedelta(days=days_ago), value)
        if share > 92:
            yield Used(account, feature, "gate_hit", on, Decimal(dice.between(1, 9)))


def _scores(accounts: list[Account], dice: Dice, on: date) -> Iterator[Scored]:
    for account in accounts:
        score = dice.between(25, 98)
        for days_ago in (70, 40, 10):
            score = min(max(score + dice.between(-6, 6), 0), 100)
            yield Scored(account.pk, on - timedelta(days=days_ago), score, ("logins", "tickets"))


def _introduce(accounts: list[Account], dice: Dice) -> None:
    """Three people of each, and when their fiscal year begins."""
    contacts = []
    for number, account in enumerate(accounts):
        account.fiscal_year_starts = dice.pick((1, 4, 7), (6, 2, 2))
        account.employees = dice.small_between(5, 4000)
        account.procurement_required = account.employees > 1500
        for place, role in enumerate(
            (ContactRole.CHAMPION, ContactRole.USER, ContactRole.EXECUTIVE)
        ):
            name = NAMES[(3 * number + place) % len(NAMES)]
            local = name.lower().replace(" ", ".")
            contacts.append(
                Contact(
                    account=account,
                    name=name,
                    email=f"{local}@{account.code.lower()}.example",
                    role=role,
                    has_budget_authority=role == ContactRole.EXECUTIVE,
                )
            )
    Account.objects.bulk_update(
        accounts, ["fiscal_year_starts", "employees", "procurement_required"]
    )
    Contact.objects.bulk_create(contacts)


def _let_try(accounts: list[Account], on: date) -> None:
    feature = Feature.objects.filter(code="crm-automation").first()
    if feature:
        for number, account in enumerate(accounts[:TRYING]):
            start_trial(
                account=account,
                feature=feature,
                starts_on=on - timedelta(days=2 * number),
                days=14,
                is_guided=number % 2 == 0,
            )


def _rule() -> None:
    """Segments by size, the largest first; imported segments stay until somebody asks."""
    for rank, (code, (low, high)) in enumerate(SIZES.items(), start=1):
        segment = Segment.objects.filter(code=code).first()
        if segment and not SegmentRule.objects.filter(rank=10 * rank).exists():
            SegmentRule.objects.create(
                rank=10 * rank, segment=segment, employees_from=low, employees_to=high
            )
