from accounts.models.account import Account, AccountProfile, ProfileSource
from accounts.models.contact import Contact, ContactRole
from accounts.models.ledger import EntryKind, LedgerEntry, LedgerHead, Part, ProductSet
from accounts.models.ownership import Assignment, AssignmentSource, Member, OwnerRole, Team
from accounts.models.segment_rule import SegmentRule
from accounts.models.subscription import Origin, Subscription, SubscriptionLine
from accounts.models.usage import Band, HealthScore, UsageDay, UsageKind

__all__ = [
    "Account",
    "AccountProfile",
    "Assignment",
    "AssignmentSource",
    "Band",
    "Contact",
    "ContactRole",
    "EntryKind",
    "HealthScore",
    "LedgerEntry",
    "LedgerHead",
    "Member",
    "Origin",
    "OwnerRole",
    "Part",
    "ProductSet",
    "ProfileSource",
    "SegmentRule",
    "Subscription",
    "SubscriptionLine",
    "Team",
    "UsageDay",
    "UsageKind",
]
