from metrics.admin import attach, figures, overview, roles

__all__ = ["attach", "figures", "overview", "roles"]
