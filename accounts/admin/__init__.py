from accounts.admin import account, ledger, line, panels, profile, subscription

__all__ = ["account", "ledger", "line", "panels", "profile", "subscription"]
