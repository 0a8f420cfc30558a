from pricing.admin import charge, cloning, panels, plan, version

__all__ = ["charge", "cloning", "panels", "plan", "version"]
