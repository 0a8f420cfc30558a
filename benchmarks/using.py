"""How quickly what customers use comes in: from a file, again from the file, and in batches."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from uuid import uuid4

from django.db import connection
from django.test import Client

from accounts.importing.usage import import_usage
from accounts.models import UsageDay
from benchmarks import database, environment
from config.access.keys import issue
from config.access.models import User
from config.access.scopes import Scope

Say = Callable[[str], None]
ACCOUNTS, FEATURES, BATCH, BATCHES = 20_000, 10, 500, 60
FIRST = date(2026, 1, 1)
MAKE = f"""
INSERT INTO portfolio_portfolio (code, name, model, default_channel)
VALUES ('p', 'P', 'suite', 'csm_led');
INSERT INTO portfolio_product (code, name, portfolio_id, role, is_core, origin, vendor,
                               review_state, value_proposition)
SELECT 'p', 'P', id, 'anchor', false, 'native', '', 'not_needed', '' FROM portfolio_portfolio;
INSERT INTO pricing_feature (code, name, product_id, value_type, unit, levels, is_support,
                             on_exceed, rank)
SELECT 'f' || n, 'F', product.id, 'quantity', '', '{{}}', false, 'block_new', n
FROM portfolio_product product, generate_series(0, {FEATURES - 1}) n;
INSERT INTO accounts_account (code, name, country, industry, currency, created_on)
SELECT 'a' || n, 'A', '', '', 'USD', '2020-01-01' FROM generate_series(0, {ACCOUNTS - 1}) n;
ANALYZE pricing_feature"""


def measure(name: str, rows: int, say: Say) -> dict:
    """Rows a second of one file twice, and of batches by one client, in a new database."""
    database.use(name)
    try:
        database.create()
        with connection.cursor() as cursor:
            cursor.execute(MAKE)
        found = {"rows": rows, "load_before": environment.load()}
        with TemporaryDirectory() as folder:
            path = Path(folder) / "usage.csv"
            _write(path, rows)
            for what, changed in (("file", "usage_created"), ("replay", "usage_unchanged")):
                began, busy = perf_counter(), _busy()
                report = import_usage(usage=path)
                found[f"{what}_seconds"] = round(perf_counter() - began, 2)
                found[f"{what}_cpu_seconds"] = round(_busy() - busy, 2)
                if report.counts[changed] != rows:
                    raise AssertionError(f"{report.counts} of {rows} rows")
        found["batch_rows_per_second"] = round(_batches())
        found["load_after"] = environment.load()
        say("  " + ", ".join(f"{name} {value}" for name, value in found.items()))
        return found
    finally:
        database.drop()


def _busy() -> float:
    """Seconds of processor that this process and its database process have had.

    What else the machine does meets these less than the time on the wall. Nought is known of a
    database elsewhere.
    """
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    ticks = stat.read_text().rpartition(")")[2].split()[11:13] if stat.exists() else ()
    return process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _days(rows: int) -> Iterator[tuple[str, str, str, int]]:
    """Account, feature, day and value: day by day, as it happens."""
    for number in range(rows):
        account, rest = number % ACCOUNTS, number // ACCOUNTS
        day = FIRST + timedelta(days=rest // FEATURES)
        yield f"a{account}", f"f{rest % FEATURES}", day.isoformat(), number % 977


def _write(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.write("account,feature,day,value\n")
        file.writelines(f"{a},{f},{day},{value}\n" for a, f, day, value in _days(rows))


def _batches() -> float:
    owner = User.objects.create(email="bench@example.org", is_superuser=True)
    _, key = issue(name="bench", owner=owner, scopes=[Scope.USAGE_WRITE])
    client = Client(headers={"Authorization": f"Bearer {key}"}, SERVER_NAME="127.0.0.1")
    names = ("account", "feature", "day", "value")
    later = timedelta(days=3650)
    told = [
        dict(zip(names, (a, f, str(date.fromisoformat(day) + later), str(value)), strict=True))
        for a, f, day, value in _days(BATCH * BATCHES)
    ]
    bodies = [json.dumps({"rows": told[n : n + BATCH]}) for n in range(0, len(told), BATCH)]
    known = UsageDay.objects.count()
    began = perf_counter()
    for body in bodies:
        answer = client.post(
            "/api/v1/usage/batch/",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": uuid4().hex},
        )
        if answer.status_code != 201:
            raise AssertionError(answer.content)
    spent = perf_counter() - began
    if UsageDay.objects.count() != known + len(told):
        raise AssertionError("batches were lost")
    return len(told) / spent
