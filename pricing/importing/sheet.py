"""A sheet of prices against its book: what would change, what is in the way, the draft of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from config.errors import DomainError
from config.postgresql.limits import allow_long_work
from config.sheets.table import Unreadable
from pricing.importing import checks, problems
from pricing.importing.problems import Problem
from pricing.importing.reading import stage
from pricing.models import PriceRelease
from pricing.proposing import Proposal, compare, keep, proposing, show


class SheetRefused(DomainError):
    """A sheet that cannot be taken, with everything that is wrong with it."""

    code = "sheet_refused"

    def __init__(self, sheet: str, found: list[Problem]) -> None:
        super().__init__("The sheet cannot be taken: nothing was changed.")
        self.sheet, self.problems = sheet, found


@dataclass
class Read:
    """A sheet that was read: its name, and how many lines of each kind it proposes."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)


PROPOSE = """
INSERT INTO proposed_price (place, charge_id, currency, interval, is_end, model, flat_amount,
    unit_amount, included_units, package_size, credits, is_minimum, seen, bands)
SELECT min(row), charge_id, currency, interval, bool_or(is_end), min(model),
    CASE WHEN NOT bool_or(banded) THEN min(flat_amount) END,
    CASE WHEN NOT bool_or(banded) THEN min(unit_amount) END,
    min(included_units), min(package_size), min(credits), bool_or(is_minimum), min(version),
    jsonb_agg(jsonb_build_array(above, up_to, coalesce(unit_amount, 0), coalesce(flat_amount, 0))
              ORDER BY above) FILTER (WHERE banded)
FROM staged_row GROUP BY charge_id, currency, interval
"""
OF_KEY = "(p.charge_id, p.currency, p.interval) = (l.charge_id, l.currency, l.interval)"
SAME_DAY = f"""
SELECT l.place::int, %(day)s::text, 'Another release changes this price on that day already.'
FROM proposed_price l WHERE change <> 'same' AND EXISTS (
    SELECT FROM pricing_price p WHERE p.book_id = %(book)s AND {OF_KEY}
      AND p.published_at IS NOT NULL AND NOT p.cancelled AND p.starts_on = %(day)s)
"""
NOTHING_TO_END = """
SELECT place::int, 'true', 'The book has no price to end there.'
FROM proposed_price WHERE is_end AND before IS NULL
"""
SEEN = """
SELECT l.place::int, l.seen, CASE WHEN p.id IS NULL THEN %(gone)s WHEN l.seen = '' THEN %(unseen)s
                             ELSE %(changed)s END
FROM proposed_price l LEFT JOIN pricing_price p ON p.id = l.before
WHERE l.change <> 'same' AND l.seen <> coalesce(p.id || 'v' || p.version, '')
"""
REASONS = {
    "gone": ("The book has no such price on the day before: leave the version empty to add one."),
    "unseen": (
        "There is such a price already: export the book, change it there, and keep its version."
    ),
    "changed": (
        "The price was changed after the export, or another one applies by then: export the book "
        "as of the day before, and repeat your change."
    ),
}


def preview_sheet(*, release: PriceRelease, data: bytes) -> Proposal:
    """What the sheet would make of the draft; nothing is written.

    Raises Unreadable for what is no sheet, SheetRefused with every cell that cannot be taken.
    """
    with _read(release, data) as read:
        return show(release, read.counts)


def draft_from_sheet(*, release: PriceRelease, data: bytes) -> Proposal:
    """The draft with the rows of the sheet that say something new, all of them or none.

    Rows that say what applies on the day before are skipped; prices that no row names stay.
    Raises Unreadable and SheetRefused, also for what somebody changed after the export.
    """
    with _read(release, data) as read:
        return keep(release, read.counts)


@contextmanager
def _read(release: PriceRelease, data: bytes) -> Iterator[Read]:
    with proposing():
        yield staged(release, data)


def staged(release: PriceRelease, data: bytes) -> Read:
    """Read, check and compare a sheet: what it proposes is in `proposed_price` afterwards."""
    allow_long_work()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_cell, staged_row, problem")
    problems.begin()
    table = stage(data)
    if not len(table):
        raise Unreadable("The sheet has no rows below its header.")
    checks.check_spelling()
    if not checks.check_rows():
        raise SheetRefused(table.name, list(problems.found()))
    with connection.cursor() as cursor:
        cursor.execute(PROPOSE)
    counts = compare(release)
    _check_conflicts(release)
    if problems.any_yet():
        raise SheetRefused(table.name, list(problems.found()))
    return Read(table.name, counts)


def _check_conflicts(release: PriceRelease) -> None:
    """What was seen is what is there: nobody is overwritten."""
    names = {"book": release.book_id, "day": release.effective_on}
    problems.find("ends", NOTHING_TO_END)
    problems.find("version", SEEN, REASONS)
    problems.find("effective_on", SAME_DAY, names)
