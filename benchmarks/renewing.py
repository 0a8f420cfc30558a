"""How long the renewals of a day take when very many are due, and what the ledger costs a line.

All lines that are due move. Half of them are monthly ones of their own, the other half are held by
bundles of two, so that every shape that a renewal has is among them.
"""

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from django.db import connection, transaction

from accounts.ledger import recorder
from accounts.ledger.bulk import append_for
from accounts.mass_renewal import renew_due
from benchmarks import environment
from config.audit.context import summarising
from config.postgresql.limits import allow_long_work
from config.progress import silent
from tests.accounts.priced import a_bundle, a_charge, costs, sell
from tests.factories import SubscriptionFactory

START, DUE = date(2024, 3, 1), date(2024, 4, 1)

# One customer was sold everything by the decisions; the others hold what it holds.
COPIES = """
INSERT INTO accounts_account (
    code, name, currency, created_on, country, industry, procurement_required)
SELECT 'bench-' || n, 'Bench ' || n, 'USD', %(start)s, '', '', false
FROM generate_series(1, %(customers)s) n;
INSERT INTO accounts_subscription (code, account_id, currency, starts_on, term_months)
SELECT code, id, currency, created_on, 1 FROM accounts_account WHERE code LIKE 'bench-%%';
INSERT INTO accounts_subscriptionline (
    subscription_id, account_id, plan_id, charge_id, product_id, price_id, bundle_plan_id,
    bundle_quantity, instance, quantity, interval, list_amount, amount, mrr, origin, recorded_at,
    starts_on)
SELECT s.id, s.account_id, plan_id, charge_id, product_id, price_id, bundle_plan_id,
       bundle_quantity, instance, quantity, interval, list_amount, amount, mrr, origin, now(),
       line.starts_on
FROM accounts_subscription s, accounts_subscriptionline line
WHERE s.code LIKE 'bench-%%' AND line.account_id = %(first)s
"""


def measure(lines: int, say: Callable[[str], None]) -> dict:
    """Renews so many lines, a multiple of four, in a database that must be new."""
    first = customer()
    copies(first, lines // 4 - 1)
    say(f"  {lines:,} lines are due on {DUE}")
    before = environment.load()
    began, worked = perf_counter(), busy()
    run = renew_due(on=DUE)
    seconds, worked = perf_counter() - began, busy() - worked
    if run.lines_moved != lines:
        raise AssertionError(f"{run.lines_moved:,} lines moved instead of {lines:,}.")
    return {
        "lines": lines,
        "seconds": round(seconds, 1),
        "processor_seconds": round(worked, 1),
        "load": [before, environment.load()],
    }


def busy() -> float:
    """Seconds of a processor that this process and its backend have taken, whatever the load.

    Linux tells of the backend; elsewhere only this process counts.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    ticks = status.read_text().rpartition(")")[2].split()[11:13] if status.exists() else ()
    return process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def measure_ledger(rounds: int, lines: int = 150) -> dict:
    """Seconds of writing lines one by one by the decision, with the ledger and without, in turn."""
    charge = a_charge(29)
    spent: dict[bool, list[float]] = {True: [], False: []}
    kept = recorder.append_entries
    try:
        for number in range(2 * rounds):
            with_ledger = number % 2 == 0
            recorder.append_entries = kept if with_ledger else lambda accounts: 0
            agreements = SubscriptionFactory.create_batch(lines, starts_on=START)
            began = perf_counter()
            for agreement in agreements:
                sell(charge, subscription=agreement, on=START, amount=Decimal(29))
            spent[with_ledger].append(perf_counter() - began)
    finally:
        recorder.append_entries = kept
    pairs = zip(spent[True], spent[False], strict=True)
    return {
        "lines": lines,
        "rounds": rounds,
        "milliseconds_with": round(median(spent[True]) / lines * 1000, 2),
        "milliseconds_without": round(median(spent[False]) / lines * 1000, 2),
        "ratio": round(median(one / other for one, other in pairs), 2),
        "load": environment.load(),
    }


def customer() -> int:
    """The id of a customer with two lines of its own and a bundle of two, sold for less."""
    seats, flat = a_charge(), a_charge(29)
    costs(seats, None, model="per_unit", unit_amount=Decimal(10))
    bundle = a_bundle(150, a_charge(99), a_charge(79))
    (line,) = sell(flat, on=START)
    sell(seats, subscription=line.subscription, on=START, quantity=Decimal(7))
    sell(bundle, subscription=line.subscription, on=START)
    for charge, amount in ((flat, 39), (bundle, 170)):
        costs(charge, amount, on=date(2024, 3, 10))
    costs(seats, None, model="per_unit", unit_amount=Decimal(12), on=date(2024, 3, 10))
    return line.account_id


def copies(first: int, customers: int) -> None:
    """Let so many more customers hold what the first one holds."""
    with transaction.atomic(), summarising(), connection.cursor() as cursor:
        allow_long_work()
        for statement in COPIES.split(";"):
            facts = {"start": START, "customers": customers, "first": first}
            cursor.execute(statement, facts)
        cursor.execute(
            "CREATE TEMP TABLE bench ON COMMIT DROP AS "
            "SELECT id AS account_id FROM accounts_account"
        )
        append_for("bench", silent)
