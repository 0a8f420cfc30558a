"""Columns kept in the database between folds, and in this process between questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import uuid4

import numpy as np
from django.db import connection

from metrics.columns import columns, given, sold
from metrics.columns.bridging import over_gaps
from metrics.columns.columns import Columns
from metrics.columns.given import Given, read_given
from metrics.columns.reading import read_columns
from metrics.columns.sold import Sold, read_sold
from metrics.lines import THEIRS
from metrics.models import Fold, KeptColumn, TouchedAccount
from metrics.registry import Asked, Ids
from metrics.versions import Version

PIECE = 1 << 23  # bytes
COPY = """
COPY (SELECT name, part, data FROM metrics_keptcolumn WHERE name = ANY(%(names)s)
      ORDER BY name, part)
TO STDOUT (FORMAT binary)"""
KNTHEIRS = "position <= %(known)s"


T = TypeVar("T", Columns, Sold, Given)


@dataclass(frozen=True)
class Kept(Generic[T]):
    """Columns that are kept: how those of some accounts or of all are read from their rows, and
    whose rows changed since.

    `tail` is SQL of these accounts. Columns are kept by their names with `prefix` before them.
    """

    made: type[T]
    prefix: str
    kinds: dict[str, str]
    read: Callable[[Sequence[int] | None], T]
    tail: str

    def keep(self) -> None:
        found = self.read(None)
        for name in self.kinds:
            data = getattr(found, name).tobytes()
            for part, start in enumerate(range(0, max(len(data), 1), PIECE)):
                piece = data[start : start + PIECE]
                KeptColumn.objects.create(name=self.prefix + name, part=part, data=piece)

    def kept(self, version: Version) -> T:
        """As they were kept; read once by each process."""
        place = version.database, self.prefix
        known = _read.get(place)
        if known is None or known[0] != version.columns:
            known = _read[place] = (version.columns, self.made(**self._columns()))
        return known[1]

    def _columns(self) -> dict[str, np.ndarray]:
        pieces: dict[str, list[bytes]] = {name: [] for name in self.kinds}
        names = [self.prefix + name for name in self.kinds]
        # The cursor that DEBUG puts around copies without parameters only.
        with connection.cursor() as cursor, cursor.cursor.copy(COPY, {"names": names}) as copy:
            copy.set_types(["text", "int4", "bytea"])
            for name, _, data in copy.rows():
                pieces[name.removeprefix(self.prefix)].append(data)
        return {
            name: np.frombuffer(b"".join(found), self.kinds[name]) for name, found in pieces.items()
        }

    def current(self, version: Version) -> list[T]:
        """Of all accounts those that were kept, and anew those whose rows have changed since; no
        account is in both. Without any that were kept, all from their rows."""
        if version.columns is None:
            return [self.read(None)]
        found = self.kept(version)
        with connection.cursor() as cursor:
            cursor.execute(self.tail, {"folded": version.folded})
            changed = [account for (account,) in cursor.fetchall()]
        if not changed:
            return [found]
        return [found.without(np.array(changed)), self.read(changed)]


def _of_ledger(accounts: Sequence[int] | None) -> Columns:
    return read_columns("TRUE" if accounts is None else THEIRS, {"accounts": accounts})


ENTERED = "SELECT account_id FROM accounts_ledgerentry WHERE position > %(folded)s"
# Profiles tell where a sale belongs, and the ledger of their changes.
WRITTEN = f"{ENTERED} UNION SELECT account_id FROM metrics_touchedaccount"
LEDGER = Kept(
    Columns,
    "",
    {**columns.ACCOUNT, **columns.ENTRY, **columns.PART},
    _of_ledger,
    ENTERED.replace("SELECT", "SELECT DISTINCT"),
)
SALES = Kept(Sold, "sold_", {**sold.ACCOUNT, **sold.SALE}, read_sold, WRITTEN)
DISCOUNTS = Kept(Given, "given_", given.LINE, read_given, WRITTEN)
# What this process has read, by database and prefix: under a name columns never change.
_read: dict[tuple[int, str], tuple[str | None, Any]] = {}


def keep() -> None:
    """Keep the columns of the whole book as it stands, instead of those before."""
    # What is written to lines from here on is told as touched, whether it is read below or not.
    TouchedAccount.objects.all().delete()
    KeptColumn.objects.all().delete()
    for kept in (LEDGER, SALES, DISCOUNTS):
        kept.keep()
    Fold.objects.filter(id=1).update(columns=uuid4())


def book(asked: Asked, *, since: date = date.min) -> list[Columns]:
    """The columns of the accounts that a question is about; no account is in two of them.

    With gap days, accounts that have such gaps on the day `since` or later are as if they had
    none.
    """
    books = _as_recorded(asked.version, asked.ids)
    return over_gaps(books, asked, since) if asked.scope.gap_days else books


def _as_recorded(version: Version, ids: Ids) -> list[Columns]:
    """The columns of the entries that are in force.

    Of some accounts, and of what was known earlier, the ledger alone is asked.
    """
    if "accounts" not in ids and version.known is None:
        return LEDGER.current(version)
    which, values = [], {}
    if "accounts" in ids:
        which, values = [THEIRS], {"accounts": ids["accounts"]}
    if version.known is not None:
        which, values = [*which, KNTHEIRS], {**values, "known": version.known}
    return [read_columns(" AND ".join(which), values)]


def sales(version: Version, ids: Ids) -> list[Sold]:
    """What was sold to the accounts that a question is about; no account is in two of them."""
    return [read_sold(ids["accounts"])] if "accounts" in ids else SALES.current(version)


def discounts(version: Version, ids: Ids) -> list[Given]:
    """The lines below their list price of these accounts; no account is in two of them."""
    return [read_given(ids["accounts"])] if "accounts" in ids else DISCOUNTS.current(version)
