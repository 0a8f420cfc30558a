from pricing.admin import charge, cloning, enablement, feature, kinds, panels, path, plan, version

__all__ = [
    "charge",
    "cloning",
    "enablement",
    "feature",
    "kinds",
    "panels",
    "path",
    "plan",
    "version",
]
