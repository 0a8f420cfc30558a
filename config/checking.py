"""Asking the data, all of it, whether it holds what it promises."""

from datetime import datetime
from itertools import islice

from django.db import transaction

from config.invariants import invariants
from config.jobs import Unwell, job
from config.postgresql.limits import allow_long_work

SHOWN = 20


@transaction.atomic
def violations() -> dict[str, list[str]]:
    """What contradicts each invariant, the first twenty of each."""
    allow_long_work()
    return {name: list(islice(entry.violations(), SHOWN)) for name, entry in invariants.items()}


@job
def check_invariants(*, now: datetime) -> str:
    """Asks whether the data hold what they promise; what does not is named in the log."""
    found = violations()
    broken = [f"{name} ({each[0]})" for name, each in found.items() if each]
    if broken:
        raise Unwell(f"Violated: {'; '.join(broken)}")
    return f"{len(found)} invariants hold."
