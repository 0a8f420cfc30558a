from pricing.admin import charge, cloning, enablement, panels, plan, version

__all__ = ["charge", "cloning", "enablement", "panels", "plan", "version"]
