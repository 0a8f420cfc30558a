"""Larkfield's signal rules, what its customers did lately, and what the rules made of it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import get_current_timezone

from accounts.models import Account, BehaviourEvent, Opportunity, SignalRule
from accounts.models.evidence import BehaviourKind as Did
from accounts.signals.evaluation import evaluate
from metrics.demo.catalog import PORTFOLIO
from metrics.demo.dice import Dice
from portfolio.models import Motion, Portfolio

CUSTOMERS = 40  # of whom something is told: the night has more to do than a demo's start
AGO = (9, 1)
MONTHLY, SELDOM = {"frequency_days": 30}, {"frequency_days": 14}
NEARLY = {**MONTHLY, "threshold": Decimal("1.02")}
RULES = (
    ("over-limit", "Above a limit", "usage_limit", Motion.CAPACITY_UPSELL, NEARLY),
    ("gates", "Stopped at a gate", "gate_hits", Motion.TIER_UPSELL, MONTHLY),
    ("power-users", "Many power users", "power_users", Motion.COMPLEMENTARY_CROSS_SELL, MONTHLY),
    ("growing", "Value, and growing needs", "growing_value", Motion.TIER_UPSELL, MONTHLY),
    ("goal-reached", "A goal reached", "value_reached", Motion.ADJACENT_CROSS_SELL, SELDOM),
    ("asks", "Asks for a feature", "feature_request", Motion.FEATURE_UPSELL, SELDOM),
    ("renewal-90", "Renews in 90 days", "renewal", Motion.TIER_UPSELL, {"days": 90}),
    ("renewal-60", "Renews in 60 days", "renewal", Motion.TIER_UPSELL, {"days": 60}),
    ("fiscal-year", "Budget season", "fiscal_year", Motion.PLATFORM_CROSS_SELL, {}),
    ("team", "The team grows", "team_growth", Motion.CAPACITY_UPSELL, SELDOM),
)
BEHAVIOUR = (
    ("exports", "Exports to another tool", Did.EXPORT_TO_OTHER_TOOL, Motion.ADJACENT_CROSS_SELL, 2),
    ("twice", "Does work twice", Did.DUPLICATE_WORK, Motion.ADJACENT_CROSS_SELL, 1),
    ("initiative", "Begins an initiative", Did.INITIATIVE, Motion.PLATFORM_CROSS_SELL, 1),
    ("upgrade-page", "Looks at the upgrade page", Did.UPGRADE_PAGE_VISIT, Motion.TIER_UPSELL, 2),
)
OFTEN = (Did.EXPORT_TO_OTHER_TOOL, Did.UPGRADE_PAGE_VISIT, Did.WEBINAR, Did.ADJACENT_QUESTION)
KINDS = (*OFTEN, Did.DUPLICATE_WORK, Did.INITIATIVE, Did.TEAM_GROWTH, Did.INTEGRATION_REQUEST)


@transaction.atomic
def make_signals(*, on: date) -> int:
    """Add rules and what customers did, and evaluate the last nights; how many were opened.

    Nothing where there are rules already, or where the book is not the demo's.
    """
    is_ours = Portfolio.objects.filter(code=PORTFOLIO["code"]).exists()
    if not is_ours or SignalRule.objects.exists():
        return 0
    _rule()
    _tell(on)
    SignalRule.objects.filter(code__in=("renewal-60", "fiscal-year")).update(is_active=False)
    for days in AGO:
        evaluate(on=on - timedelta(days=days))
    return Opportunity.objects.filter(signal__isnull=False).count()


def _rule() -> None:
    rows = [
        SignalRule(code=code, name=name, source=source, motion=motion, **facts)
        for code, name, source, motion, facts in RULES
    ]
    rows += [
        SignalRule(
            code=code,
            name=name,
            source="behaviour",
            behaviour=kind,
            motion=motion,
            threshold=Decimal(times),
            **SELDOM,
        )
        for code, name, kind, motion, times in BEHAVIOUR
    ]
    for rank, row in enumerate(rows, start=1):
        row.rank = rank * 10
        row.full_clean()
        row.save()


def _tell(on: date) -> None:
    """What some customers did in the last five weeks, by the dice."""
    dice = Dice(23)
    held = Account.objects.filter(lines__voided_at=None, lines__ends_on=None).distinct()
    noon = datetime.combine(on, time(12), tzinfo=get_current_timezone())
    events = []
    for account in held.order_by("-code")[:CUSTOMERS]:
        for kind in KINDS:
            for ago in (2, 10, 16, 22, 34):
                if dice.chance(0.2 if kind in OFTEN else 0.08):
                    key = f"demo-{kind}-{ago}"
                    at = noon - timedelta(days=ago)
                    events.append(BehaviourEvent(account=account, kind=kind, at=at, key=key))
    BehaviourEvent.objects.bulk_create(events)
