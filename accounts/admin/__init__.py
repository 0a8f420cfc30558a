from accounts.admin import (
    account,
    assignment,
    contact,
    ledger,
    line,
    panels,
    pool,
    profile,
    subscription,
    team,
)

__all__ = [
    "account",
    "assignment",
    "contact",
    "ledger",
    "line",
    "panels",
    "pool",
    "profile",
    "subscription",
    "team",
]
