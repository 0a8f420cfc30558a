from metrics.admin import attach, overview

__all__ = ["attach", "overview"]
