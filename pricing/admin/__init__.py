from pricing.admin import charge, panels, plan, version

__all__ = ["charge", "panels", "plan", "version"]
