from accounts.admin import (
    account,
    assignment,
    credit,
    credit_pages,
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
    "credit",
    "credit_pages",
    "ledger",
    "line",
    "panels",
    "profile",
    "subscription",
    "team",
]
