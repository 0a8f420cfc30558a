"""What customers were promised to keep."""

from datetime import date

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.locks import locks_for
from accounts.models import EntitlementLock, PriceLock, SubscriptionLine
from pricing.models import GrandfatheringPolicy, Until
from tests.factories.people import UserFactory


class PolicyFactory(DjangoModelFactory):
    """A draft that keeps prices for ever."""

    class Meta:
        model = GrandfatheringPolicy

    code = Sequence("policy-{}".format)
    title = SelfAttribute("code")
    rank = Sequence(int)
    effective_on = date(2024, 3, 2)
    until = Until.FOREVER
    author = SubFactory(UserFactory)


def locked(line: SubscriptionLine, **terms) -> tuple[PriceLock | None, EntitlementLock | None]:
    """Protect a line by a policy on these terms."""
    locks = locks_for(line=line, policy=PolicyFactory(**terms))
    for lock in locks:
        if lock:
            lock.full_clean()
            lock.save()
    return locks


def policy_form(plan: int) -> dict:
    """What somebody types who lets customers of a plan keep prices for some renewals: how many is
    still to be said."""
    return {
        "code": "crm",
        "title": "CRM keeps",
        "rank": 3,
        "effective_on": "2024-03-02",
        "plans": [plan],
        "freeze_price": "on",
        "cap_percent": "10",
        "until": "renewals",
        "until_renewals": "",
        "on_expiry": "list",
        "on_upgrade": "drop",
        "on_quantity_change": "keep",
        "on_sunset": "honour_until_end_of_life",
        "lapse_days": 0,
        "notice_days": 30,
    }
