"""What prices need to know of a customer."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Min

from accounts.models import Account, AccountProfile, SubscriptionLine
from pricing.resolution import Buyer


def buyer_of(*, account: Account, on: date) -> Buyer:
    """The account as the price decision knows it on the day."""
    return buyers_of(accounts=[account], on=on)[account.pk]


def buyers_of(*, accounts: Iterable[Account], on: date) -> dict[int, Buyer]:
    """Many accounts as the price decision knows them on the day, by id; three queries."""
    accounts = list(accounts)
    ids = [account.pk for account in accounts]
    profiles = AccountProfile.objects.in_force(on=on).filter(account__in=ids)
    markets = {
        account: (segment, region)
        for account, segment, region in profiles.values_list(
            "account", "segment__code", "region__code"
        )
    }
    held: dict[int, set[str]] = {}
    lines = SubscriptionLine.objects.live(on=on).filter(account__in=ids, product__isnull=False)
    for account, product in lines.values_list("account", "product__code").distinct():
        held.setdefault(account, set()).add(product)
    since = dict(
        SubscriptionLine.objects.standing()
        .filter(account__in=ids, starts_on__lte=on)
        .values_list("account")
        .annotate(first=Min("starts_on"))
    )
    return {
        account.pk: Buyer(
            account.code,
            *markets.get(account.pk, (None, None)),
            frozenset(held.get(account.pk, ())),
            since.get(account.pk),
        )
        for account in accounts
    }
