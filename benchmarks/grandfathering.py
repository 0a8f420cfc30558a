"""How long the preview of a policy over very many lines takes, and how much memory.

Half of the lines stand alone, the other half are held by bundles of two; each is looked at with the
policy, moved to the list price and left alone.
"""

import resource
from collections.abc import Callable
from decimal import Decimal
from time import perf_counter

from django.db import transaction

from accounts.grandfathering.recording import record_preview
from accounts.grandfathering.scope import lines_in_scope
from benchmarks import environment
from benchmarks.renewing import START, copies, customer
from config.postgresql.limits import allow_long_work
from pricing.models import Plan
from tests.factories.protection import PolicyFactory

KILOBYTE = 1024


def measure(lines: int, say: Callable[[str], None]) -> dict:
    """Previews a policy over so many lines, a multiple of four, in a database that must be new."""
    copies(customer(), lines // 4 - 1)
    policy = PolicyFactory(cap_percent=Decimal(10), effective_on=START)
    policy.plans.set(Plan.objects.all())
    policy.refresh_from_db()
    covered = lines_in_scope(policy).count()
    say(f"  {covered:,} lines are covered")
    before, memory = environment.load(), _memory()
    began = perf_counter()
    with transaction.atomic():
        allow_long_work()
        policy = record_preview(policy=policy)
    return {
        "lines": policy.preview.totals["lines"],
        "seconds": round(perf_counter() - began, 1),
        "megabytes_more": round((_memory() - memory) / KILOBYTE),
        "load": [before, environment.load()],
    }


def _memory() -> int:
    """The most that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
