from accounts.admin import (
    account,
    assignment,
    contact,
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
    "contact",
    "credit",
    "credit_pages",
    "ledger",
    "line",
    "panels",
    "profile",
    "subscription",
    "team",
]
