"""Columns kept in the database between folds, and in this process between questions."""

from datetime import date
from uuid import uuid4

import numpy as np
from django.db import connection

from metrics.columns.bridging import over_gaps
from metrics.columns.columns import ACCOUNT, ENTRY, PART, Columns
from metrics.columns.reading import read_columns
from metrics.models import Fold, KeptColumn
from metrics.registry import Asked, Ids
from metrics.versions import Version

KINDS = {**ACCOUNT, **ENTRY, **PART}
PIECE = 1 << 23  # bytes
COPY = """
COPY (SELECT name, part, data FROM metrics_keptcolumn ORDER BY name, part)
TO STDOUT (FORMAT binary)"""
TAIL = "SELECT DISTINCT account_id FROM accounts_ledgerentry WHERE position > %s"
OWN = "account_id = ANY(%(accounts)s::bigint[])"
KNOWN = "position <= %(known)s"

# The columns that this process has read, by database: under a name they never change.
_read: dict[int, tuple[str, Columns]] = {}


def keep() -> None:
    """Keep the columns of the whole ledger as it stands, instead of those before."""
    columns = read_columns("TRUE", {})
    KeptColumn.objects.all().delete()
    for name in KINDS:
        data = getattr(columns, name).tobytes()
        for part, start in enumerate(range(0, max(len(data), 1), PIECE)):
            KeptColumn.objects.create(name=name, part=part, data=data[start : start + PIECE])
    Fold.objects.filter(id=1).update(columns=uuid4())


def _kept(version: Version) -> Columns:
    known = _read.get(version.database)
    if known is None or known[0] != version.columns:
        pieces: dict[str, list[bytes]] = {}
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(["text", "int4", "bytea"])
            for name, _, data in copy.rows():
                pieces.setdefault(name, []).append(data)
        columns = {
            name: np.frombuffer(b"".join(found), KINDS[name]) for name, found in pieces.items()
        }
        known = (version.columns, Columns(**columns))
        _read[version.database] = known
    return known[1]


def book(asked: Asked, *, since: date = date.min) -> list[Columns]:
    """The columns of the accounts that a question is about; no account is in two of them.

    With gap days, accounts that have such gaps on the day `since` or later are as if they had
    none.
    """
    books = _as_recorded(asked.version, asked.ids)
    return over_gaps(books, asked, since) if asked.scope.gap_days else books


def _as_recorded(version: Version, ids: Ids) -> list[Columns]:
    """The columns of the entries that are in force.

    Of all accounts those that were kept, and for accounts that have entries since then what the
    ledger says now. Of some accounts, and of what was known earlier, the ledger alone.
    """
    if "accounts" in ids or version.known is not None or version.columns is None:
        which, values = [], {}
        if "accounts" in ids:
            which, values = [OWN], {"accounts": ids["accounts"]}
        if version.known is not None:
            which, values = [*which, KNOWN], {**values, "known": version.known}
        return [read_columns(" AND ".join(which) or "TRUE", values)]
    kept = _kept(version)
    with connection.cursor() as cursor:
        cursor.execute(TAIL, [version.folded])
        changed = [account for (account,) in cursor.fetchall()]
    if not changed:
        return [kept]
    since = read_columns(OWN, {"accounts": changed})
    return [kept.without(np.array(changed)), since]
