from pricing.admin import charge, feature, kinds, panels, path, plan, version

__all__ = ["charge", "feature", "kinds", "panels", "path", "plan", "version"]
