"""Carrying every change of lines and profiles to the ledger, in the same transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from accounts.ledger.timeline import append, differences
from accounts.models.account import Account

APPEND = f"{differences('SELECT unnest(%s::bigint[]) AS account_id')},{append('difference')}"


class Recording:
    """The accounts whose lines or profiles a transaction changes."""

    def __init__(self) -> None:
        self.accounts: set[int] = set()

    def touch(self, accounts: Iterable[int]) -> None:
        """Lock more accounts, in the order of their ids, before their lines are read or changed."""
        new = set(accounts) - self.accounts
        if new:
            list(
                Account.objects.select_for_update(no_key=True)
                .filter(pk__in=new)
                .order_by("pk")
                .values_list("pk")
            )
            self.accounts |= new


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recording(*accounts: int) -> Iterator[Recording]:
    """Wraps every decision that writes lines or profiles of these accounts.

    The accounts are locked at the start; a decision inside a decision adds its own. When the
    outermost one ends, the net entries of all of them are appended: the head of the ledger is
    locked last, so writers of different accounts wait for one another only at the very end.
    """
    outer = _current.get()
    if outer is not None:
        outer.touch(accounts)
        yield outer
        return
    with transaction.atomic():
        book = Recording()
        token = _current.set(book)
        try:
            book.touch(accounts)
            yield book
        finally:
            _current.reset(token)
        append_entries(sorted(book.accounts))


def append_entries(accounts: list[int]) -> int:
    """Append what the ledger lacks of these accounts, and return how many entries that were.

    The caller holds the accounts' locks and ends its transaction next.
    """
    with connection.cursor() as cursor:
        cursor.execute(APPEND, [accounts])
        return cursor.rowcount
