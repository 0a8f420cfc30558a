from metrics.admin import attach, overview, roles

__all__ = ["attach", "overview", "roles"]
