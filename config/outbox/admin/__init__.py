from config.outbox.admin import delivery, endpoint, event

__all__ = ["delivery", "endpoint", "event"]
