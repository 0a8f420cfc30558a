"""Events that arrive: written with their cause, served as a feed, sent to webhook endpoints."""

from config.outbox.events import emit, emit_many

__all__ = ["emit", "emit_many"]
