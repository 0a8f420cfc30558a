from accounts.admin import (
    account,
    assignment,
    contact,
    ledger,
    line,
    panels,
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
    "profile",
    "subscription",
    "team",
]
