"""Events that arrive: written with their cause, served as a feed, sent to webhook endpoints."""

from config.outbox.events import emit

__all__ = ["emit"]
