from pricing.admin import charge, enablement, panels, plan, version

__all__ = ["charge", "enablement", "panels", "plan", "version"]
