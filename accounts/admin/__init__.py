from accounts.admin import (
    account,
    assignment,
    contact,
    ledger,
    line,
    panels,
    profile,
    segment_rule,
    subscription,
    team,
    usage,
)

__all__ = [
    "account",
    "assignment",
    "contact",
    "ledger",
    "line",
    "panels",
    "profile",
    "segment_rule",
    "subscription",
    "team",
    "usage",
]
