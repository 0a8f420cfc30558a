from metrics.admin import attach, experiments, figures, overview, roles

__all__ = ["attach", "experiments", "figures", "overview", "roles"]
