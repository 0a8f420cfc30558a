from accounts.models.account import Account, AccountProfile, ProfileSource
from accounts.models.contact import Contact, ContactRole
from accounts.models.credit import (
    CreditAccount,
    CreditAllocation,
    CreditDraw,
    CreditGrant,
    DrawKind,
    GrantBalance,
    GrantSource,
)
from accounts.models.ledger import EntryKind, LedgerEntry, LedgerHead, Part, ProductSet
from accounts.models.lock import (
    EntitlementLock,
    ExceptionKind,
    GrandfatheringException,
    LockEnd,
    PriceLock,
)
from accounts.models.ownership import Assignment, AssignmentSource, Member, OwnerRole, Team
from accounts.models.pool import Absence, LoadMeasure, Pool, PoolMember, Turn
from accounts.models.rebalancing import (
    MoveOutcome,
    ProposalState,
    RebalancingMove,
    RebalancingProposal,
)
from accounts.models.routing import How, NamedAccount, RoutingDecision
from accounts.models.rule_set import (
    RoutingRule,
    RoutingRuleSet,
    RuleSetState,
    Strategy,
)
from accounts.models.segment_rule import SegmentRule
from accounts.models.subscription import Origin, Subscription, SubscriptionLine
from accounts.models.usage import Band, HealthScore, UsageDay, UsageKind

__all__ = [
    "Absence",
    "Account",
    "AccountProfile",
    "Assignment",
    "AssignmentSource",
    "Band",
    "Contact",
    "ContactRole",
    "CreditAccount",
    "CreditAllocation",
    "CreditDraw",
    "CreditGrant",
    "DrawKind",
    "EntitlementLock",
    "EntryKind",
    "ExceptionKind",
    "GrandfatheringException",
    "GrantBalance",
    "GrantSource",
    "HealthScore",
    "How",
    "LedgerEntry",
    "LedgerHead",
    "LoadMeasure",
    "LockEnd",
    "Member",
    "MoveOutcome",
    "NamedAccount",
    "Origin",
    "OwnerRole",
    "Part",
    "Pool",
    "PoolMember",
    "PriceLock",
    "ProductSet",
    "ProfileSource",
    "ProposalState",
    "RebalancingMove",
    "RebalancingProposal",
    "RoutingDecision",
    "RoutingRule",
    "RoutingRuleSet",
    "RuleSetState",
    "SegmentRule",
    "Strategy",
    "Subscription",
    "SubscriptionLine",
    "Team",
    "Turn",
    "UsageDay",
    "UsageKind",
]
