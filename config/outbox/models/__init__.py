from config.outbox.models.event import Event

__all__ = ["Event"]
