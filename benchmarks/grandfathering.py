"""How long the preview of a policy over very many lines takes, and how much memory.

Half of the lines stand alone, the other half are held by bundles of two; each is looked at with the
policy, moved to the list price and left alone. Quantities and the days on which terms end differ.
"""

import resource
from collections.abc import Callable
from decimal import Decimal
from time import perf_counter

from django.db import connection, transaction

from accounts.grandfathering.recording import record_preview
from accounts.grandfathering.scope import lines_in_scope
from benchmarks import environment
from benchmarks.renewing import START, busy, copies, customer
from config.audit.context import summarising
from config.postgresql.limits import allow_long_work
from pricing.models import Plan
from tests.factories.protection import PolicyFactory

KILOBYTE = 1024
VARIED = """
UPDATE accounts_subscription SET anchor_on = starts_on + (account_id %% 28)::int;
UPDATE accounts_subscriptionline SET quantity = n, amount = 10 * n, list_amount = 10 * n,
       mrr = 1000 * n
FROM (SELECT id AS line_id, 1 + account_id %% 40 AS n FROM accounts_subscriptionline) line
WHERE id = line_id AND quantity > 1
"""


def measure(lines: int, say: Callable[[str], None]) -> dict:
    """Previews a policy over so many lines, a multiple of four, in a database that must be new."""
    copies(customer(), lines // 4 - 1)
    with transaction.atomic(), summarising(), connection.cursor() as cursor:
        allow_long_work()
        for statement in VARIED.split(";"):
            cursor.execute(statement, {})
    policy = PolicyFactory(cap_percent=Decimal(10), effective_on=START)
    policy.plans.set(Plan.objects.all())
    policy.refresh_from_db()
    covered = lines_in_scope(policy).count()
    say(f"  {covered:,} lines are covered")
    before, memory = environment.load(), _memory()
    began, worked = perf_counter(), busy()
    with transaction.atomic():
        allow_long_work()
        policy = record_preview(policy=policy)
    return {
        "lines": policy.preview.totals["lines"],
        "seconds": round(perf_counter() - began, 1),
        "processor_seconds": round(busy() - worked, 1),
        "megabytes_more": round((_memory() - memory) / KILOBYTE),
        "load": [before, environment.load()],
    }


def _memory() -> int:
    """The most that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
