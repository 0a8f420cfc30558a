from accounts.admin import account, ledger, line, profile, subscription

__all__ = ["account", "ledger", "line", "profile", "subscription"]
