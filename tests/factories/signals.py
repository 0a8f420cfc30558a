"""Rules that notice, and what they need to notice something."""

from datetime import UTC, date, datetime
from itertools import count

from accounts.models import Account, BehaviourEvent, SignalRule
from accounts.signals.source import sources
from pricing.models import Feature
from tests.factories.customers import UsageDayFactory

DAY = date(2026, 5, 1)
numbers = count(1)


def signal_rule(source: str, motion: str = "tier_upsell", **facts) -> SignalRule:
    """An active rule, checked as the doors check it."""
    number = next(numbers)
    lasting = {"frequency_days": 30} if sources[source].lasts else {}
    given = {"code": f"rule-{number}", "name": f"Rule {number}", "rank": number, **lasting}
    rule = SignalRule(source=source, motion=motion, **given | facts)
    rule.full_clean()
    rule.save()
    return rule


def using(account: Account, feature: Feature, value: int, day: date = DAY, **facts) -> None:
    UsageDayFactory(account=account, feature=feature, value=value, day=day, **facts)


def did(account: Account, kind: str, day: date = DAY, **facts) -> BehaviourEvent:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    key = f"event-{next(numbers)}"
    return BehaviourEvent.objects.create(account=account, kind=kind, at=at, key=key, **facts)
