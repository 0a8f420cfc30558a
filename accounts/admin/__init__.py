from accounts.admin import account, assignment, ledger, line, panels, profile, subscription, team

__all__ = [
    "account",
    "assignment",
    "ledger",
    "line",
    "panels",
    "profile",
    "subscription",
    "team",
]
