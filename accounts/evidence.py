"""What other systems tell of customers' behaviour: each event once, by its sender's key."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account, BehaviourEvent
from config.errors import DomainError
from portfolio.models import Product
from pricing.models import Feature


class KeyTaken(DomainError):
    code = "key_taken"


@transaction.atomic
def ingest(
    *,
    account: Account,
    kind: str,
    at: datetime,
    key: str,
    product: Product | None = None,
    feature: Feature | None = None,
) -> BehaviourEvent:
    """The event with this key: written the first time, found again every other time.

    Raises KeyTaken when the key stands for another event of the account.
    """
    event = BehaviourEvent(
        account=account, kind=kind, at=at, key=key, product=product, feature=feature
    )
    event.full_clean(validate_unique=False, validate_constraints=False)
    BehaviourEvent.objects.bulk_create([event], ignore_conflicts=True)
    stored = BehaviourEvent.objects.get(account=account, key=key)
    said = ("kind", "at", "product_id", "feature_id")
    if any(getattr(stored, name) != getattr(event, name) for name in said):
        raise KeyTaken(f"The account has another event with the key {key}.")
    return stored
