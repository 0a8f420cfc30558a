from accounts.models.account import Account, AccountProfile, ProfileSource
from accounts.models.contact import Contact, ContactRole
from accounts.models.ledger import EntryKind, LedgerEntry, LedgerHead, Part, ProductSet
from accounts.models.lock import (
    EntitlementLock,
    ExceptionKind,
    GrandfatheringException,
    LockEnd,
    PriceLock,
)
from accounts.models.ownership import Assignment, AssignmentSource, Member, OwnerRole, Team
from accounts.models.subscription import Origin, Subscription, SubscriptionLine

__all__ = [
    "Account",
    "AccountProfile",
    "Assignment",
    "AssignmentSource",
    "Contact",
    "ContactRole",
    "EntitlementLock",
    "EntryKind",
    "ExceptionKind",
    "GrandfatheringException",
    "LedgerEntry",
    "LedgerHead",
    "LockEnd",
    "Member",
    "Origin",
    "OwnerRole",
    "Part",
    "PriceLock",
    "ProductSet",
    "ProfileSource",
    "Subscription",
    "SubscriptionLine",
    "Team",
]
