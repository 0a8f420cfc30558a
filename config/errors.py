"""Refusals worth reading."""


class DomainError(Exception):
    """A decision that was refused, in one sentence for the person who asked.

    Subclasses are named for the situation, live where they are raised, and carry the stable
    `code` that programs read. The API answers 409 with it, the admin shows the sentence.
    """

    code = "refused"


class Busy(DomainError):
    """Not now: the same question will be answered later. The API says 503 with Retry-After."""
