"""Filling an empty database with the demo's catalog and customer book."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, transaction

from accounts.importing import import_book
from accounts.models import Account
from metrics.demo.book import Book, write_book
from metrics.demo.catalog import PORTFOLIO
from metrics.demo.loading import load_catalog
from portfolio.models import Product

NAME = """
UPDATE accounts_account SET name = named.name
FROM unnest(%s::text[], %s::text[]) AS named (code, name)
WHERE accounts_account.code = named.code
"""


def is_empty() -> bool:
    """Whether nobody has put a product or a customer in yet."""
    return not Product.objects.exists() and not Account.objects.exists()


def load(book: Book, *, on: date) -> None:
    """Put the catalog and the book in: both or, if anything is refused, neither."""
    with TemporaryDirectory(prefix="portico-demo-") as folder, transaction.atomic():
        load_catalog(on=on)
        accounts, items = write_book(book, folder=Path(folder))
        import_book(accounts=accounts, items=items, portfolio=PORTFOLIO["code"])
        with connection.cursor() as cursor:
            cursor.execute(NAME, [list(book.names), list(book.names.values())])
