from accounts.models.account import Account, AccountProfile, ProfileSource
from accounts.models.ledger import EntryKind, LedgerEntry, LedgerHead, Part, ProductSet
from accounts.models.subscription import Origin, Subscription, SubscriptionLine

__all__ = [
    "Account",
    "AccountProfile",
    "EntryKind",
    "LedgerEntry",
    "LedgerHead",
    "Origin",
    "Part",
    "ProductSet",
    "ProfileSource",
    "Subscription",
    "SubscriptionLine",
]
