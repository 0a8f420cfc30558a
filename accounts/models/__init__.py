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
from accounts.models.entitlement import EntitlementOverride, Trial, TrialUse
from accounts.models.evidence import (
    BehaviourEvent,
    BehaviourKind,
    Exposure,
    ExposureKind,
    ValueOutcome,
)
from accounts.models.experiment import Experiment, Variant
from accounts.models.incentive import IncentiveRedemption
from accounts.models.leaving import (
    DowngradeReminder,
    FeedbackKind,
    LeavingReason,
    MomentKind,
    ReminderOutcome,
    SubscriptionFeedback,
    UsageMoment,
)
from accounts.models.ledger import EntryKind, LedgerEntry, LedgerHead, Part, ProductSet
from accounts.models.lock import (
    EntitlementLock,
    ExceptionKind,
    GrandfatheringException,
    LockEnd,
    PriceLock,
)
from accounts.models.opportunity import (
    Opportunity,
    OpportunityOrigin,
    OpportunityTransition,
    SecondaryRole,
)
from accounts.models.ownership import Assignment, AssignmentSource, Member, OwnerRole, Team
from accounts.models.playbook import (
    Answer,
    Objection,
    ObjectionKind,
    Playbook,
    PlaybookState,
    PlaybookStep,
    StepPart,
)
from accounts.models.policy_run import PolicyRun, RunKind, RunState
from accounts.models.pool import Absence, LoadMeasure, Pool, PoolMember, Turn
from accounts.models.preview import PolicyPreview, PreviewLine
from accounts.models.pursuit import Feedback, FeedbackOutcome, ObjectionRaised
from accounts.models.rebalancing import (
    MoveOutcome,
    ProposalState,
    RebalancingMove,
    RebalancingProposal,
)
from accounts.models.renewal import RenewalRun
from accounts.models.routing import How, NamedAccount, RoutingDecision
from accounts.models.rule_set import RoutingRule, RoutingRuleSet, RuleSetState, Strategy
from accounts.models.segment_rule import SegmentRule
from accounts.models.signal import Signal, SignalRule, SignalState
from accounts.models.stage import (
    ASIDE,
    CROSS_SELLS,
    FOLLOWS,
    FORWARD,
    OPEN,
    UPSELLS,
    DeferReason,
    Journey,
    LossReason,
    Stage,
)
from accounts.models.stakeholder import KNOWN_ALREADY, Stakeholder
from accounts.models.subscription import Origin, Subscription, SubscriptionLine
from accounts.models.usage import Band, HealthScore, UsageDay, UsageKind

__all__ = [
    "ASIDE",
    "CROSS_SELLS",
    "FOLLOWS",
    "FORWARD",
    "KNOWN_ALREADY",
    "OPEN",
    "UPSELLS",
    "Absence",
    "Account",
    "AccountProfile",
    "Answer",
    "Assignment",
    "AssignmentSource",
    "Band",
    "BehaviourEvent",
    "BehaviourKind",
    "Contact",
    "ContactRole",
    "CreditAccount",
    "CreditAllocation",
    "CreditDraw",
    "CreditGrant",
    "DeferReason",
    "DowngradeReminder",
    "DrawKind",
    "EntitlementLock",
    "EntitlementOverride",
    "EntryKind",
    "ExceptionKind",
    "Experiment",
    "Exposure",
    "ExposureKind",
    "Feedback",
    "FeedbackKind",
    "FeedbackOutcome",
    "GrandfatheringException",
    "GrantBalance",
    "GrantSource",
    "HealthScore",
    "How",
    "IncentiveRedemption",
    "Journey",
    "LeavingReason",
    "LedgerEntry",
    "LedgerHead",
    "LoadMeasure",
    "LockEnd",
    "LossReason",
    "Member",
    "MomentKind",
    "MoveOutcome",
    "NamedAccount",
    "Objection",
    "ObjectionKind",
    "ObjectionRaised",
    "Opportunity",
    "OpportunityOrigin",
    "OpportunityTransition",
    "Origin",
    "OwnerRole",
    "Part",
    "Playbook",
    "PlaybookState",
    "PlaybookStep",
    "PolicyPreview",
    "PolicyRun",
    "Pool",
    "PoolMember",
    "PreviewLine",
    "PriceLock",
    "ProductSet",
    "ProfileSource",
    "ProposalState",
    "RebalancingMove",
    "RebalancingProposal",
    "ReminderOutcome",
    "RenewalRun",
    "RoutingDecision",
    "RoutingRule",
    "RoutingRuleSet",
    "RuleSetState",
    "RunKind",
    "RunState",
    "SecondaryRole",
    "SegmentRule",
    "Signal",
    "SignalRule",
    "SignalState",
    "Stage",
    "Stakeholder",
    "StepPart",
    "Strategy",
    "Subscription",
    "SubscriptionFeedback",
    "SubscriptionLine",
    "Team",
    "Trial",
    "TrialUse",
    "Turn",
    "UsageDay",
    "UsageKind",
    "UsageMoment",
    "ValueOutcome",
    "Variant",
]
