"""A book of customers and what they hold, from files, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from accounts.events import book_imported
from accounts.importing.catalog import draft_markets, draft_tiers
from accounts.importing.checks import check_currency, check_known, check_rows
from accounts.importing.customers import check_accounts, write_accounts
from accounts.importing.lanes import lay_out
from accounts.importing.lines import match_items, write_lines
from accounts.importing.offers import match_offers, stage_offers, write_offers
from accounts.importing.report import Refused, Report
from accounts.importing.staging import stage
from accounts.ledger.bulk import append_for
from config.audit.context import summarising
from config.money import validate_currency
from config.postgresql.limits import allow_long_work
from config.progress import Progress, silent

MANY = 2_000
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('accounts.importing'))"


@dataclass(frozen=True)
class Book:
    """The files of a book, those that are given, and how they are to be read."""

    accounts: Path | None = None
    items: Path | None = None
    offers: Path | None = None
    currency: str = "USD"
    create_accounts: bool = False
    correct: bool = False
    portfolio: str = "imported"

    def name(self, file: str) -> str:
        """What a problem of the file says it is called."""
        path = getattr(self, file)
        return path.name if path else "-"


def import_book(
    *, skip_bad_rows: bool = False, progress: Progress = silent, **files_and_options
) -> Report:
    """Bring accounts, subscription items and offers in from CSV files: the fields of Book.

    Unknown products, tiers, segments and regions become drafts. The same files again change
    nothing; an item we have open and the file dated is ended, an offer that was open is decided;
    any other difference is a problem, unless `correct`, which voids and rewrites. Raises Refused,
    with the report, when a file cannot be read to its end, or a row is wrong and `skip_bad_rows`
    is not set: then nothing is written. Raises ValidationError for a currency that ISO 4217 does
    not know. The audit trail gets one event for all rows that a statement adds, and one for each
    row that it changes.
    """
    book, report = Book(**files_and_options), Report()
    validate_currency(book.currency)
    with transaction.atomic(), summarising():
        allow_long_work()
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME)
        stage(book.accounts, book.items, report, progress)
        if book.offers:
            stage_offers(book.offers, report, progress)
        _plan_for(report.counts["account_rows"] + report.counts["item_rows"])
        with progress("Checking", 3) as step:
            _check(book, report, step)
        report.problems.sort(key=lambda problem: (problem.file, problem.row or 0))
        if report.unreadable or (report.bad_rows and not skip_bad_rows):
            raise Refused(report)
        with progress("Writing subscriptions", 1) as step:
            lay_out()
            write_lines(currency=book.currency)
            if book.offers:
                write_offers(report)
            step(1)
        if report.changes:
            book_imported(report.changes)
        report.counts["ledger_entries"] = append_for("import_touched", progress)
    return report


def _check(book: Book, report: Report, step: Callable[[int], None]) -> None:
    """Take out what is wrong, find what we have, and write accounts, which the rest refers to."""
    names = {"accounts": book.name("accounts"), "items": book.name("items")}
    check_rows(**names, report=report)
    check_currency(**names, currency=book.currency, report=report)
    step(1)
    draft_markets(file=names["accounts"], report=report)
    if not book.create_accounts:
        check_known(file=names["items"], report=report)
    draft_tiers(file=names["items"], portfolio=book.portfolio, report=report)
    if not book.correct:
        check_accounts(file=names["accounts"], report=report)
    step(1)
    write_accounts(currency=book.currency, correct=book.correct, report=report)
    match_items(file=names["items"], correct=book.correct, report=report)
    if book.offers:
        match_offers(file=book.offers.name, correct=book.correct, report=report)
    step(1)


def _plan_for(rows: int) -> None:
    """Keep the planner from comparing many rows with many, one by one.

    To its statistics a table is empty that an import has filled in this transaction, or that
    one has filled in vain before. The application may not analyze it.
    """
    if rows > MANY:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
