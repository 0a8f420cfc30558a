"""What is sent as a price sheet to do harm, or by mistake: refused in words, nothing is kept."""

import time
from datetime import date

import pytest

from config.sheets.table import Unreadable
from config.sheets.writing import as_csv, as_workbook
from pricing.exporting import HEADER, rows
from pricing.importing.sheet import SheetRefused, draft_from_sheet, preview_sheet
from pricing.models import PriceRelease
from tests.config.hostile import TEXTS
from tests.config.sheets.books import row, text_cell, workbook
from tests.config.sheets.test_reading import HOSTILE
from tests.factories import ChargeFactory, UserFactory
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db

MAY = date(2026, 5, 1)
NAMES = b"plan,charge,currency,interval,model,flat_amount\n"
NAMES_OF_SHEET = row(1, *(text_cell(f"{c}1", n) for c, n in zip("ABC", HEADER[:3], strict=True)))
ROW = b"crm,base,EUR,month,flat,1\n"
# What the bounds of a price sheet allow or forbid, which are wider than those of other tables.
WIDER = {
    "a large file": (b"x" * 24_000_001, "larger than 24"),
    "one row too many": (NAMES + ROW * 300_001, "more than 300,000 rows"),
    "a bomb in the sheet": (
        workbook(NAMES_OF_SHEET + row(2, text_cell("A2", "a" * 11_000_000))),
        "unpacks",
    ),
    "a sheet beyond what is unpacked": (
        workbook(NAMES_OF_SHEET, more={f"xl/media/{n}": b"\0" * 4_000_000 for n in range(150)}),
        "unpacks",
    ),
    "many shared texts": (
        workbook(NAMES_OF_SHEET, shared="<si><t>a</t></si>" * 125_000),
        "unpacks|texts",
    ),
    "a column of its own": (b"plan,currency,interval,discount\n", "no such column: discount"),
    "no key": (b"plan,currency,model\n", "column interval is missing"),
    "only a header": (NAMES, "no rows"),
    "NUL": (NAMES + b"crm,base,EUR,month,flat,\0", "NUL"),
}


@pytest.fixture
def book():
    book = PriceBookFactory()
    published(book, flat(ChargeFactory(), 29), on=date(2026, 1, 1))
    return book


def release_of(book) -> PriceRelease:
    return PriceRelease(book=book, title="Sheet", effective_on=MAY, author=UserFactory())


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_file_becomes_a_draft(name, book):
    data, _ = HOSTILE[name]

    with pytest.raises(Unreadable):
        draft_from_sheet(release=release_of(book), data=data)

    assert PriceRelease.objects.filter(book=book).count() == 1


@pytest.mark.parametrize("name", WIDER)
def test_the_wider_bounds_of_a_price_sheet_hold(name, book):
    data, sentence = WIDER[name]
    began = time.process_time()

    with pytest.raises(Unreadable, match=sentence):
        draft_from_sheet(release=release_of(book), data=data)

    assert time.process_time() - began < 10
    assert PriceRelease.objects.filter(book=book).count() == 1


WRITERS = {"csv": as_csv, "xlsx": lambda header, found: as_workbook("prices", header, found)}


# Nothing, which says nothing; and the one word of them that a spreadsheet may write.
TAKEN = {
    (name, text) for name in set(HEADER) - {"plan", "currency", "interval"} for text in ("", " ")
}
TAKEN |= {("is_minimum", "TRUE"), ("ends", "TRUE")}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_hostile_cell_is_named_with_row_column_value_and_reason(book, kind):
    (good,) = rows(book, on=MAY)
    texts = [text for text in TEXTS if "\0" not in text]
    placed = [(name, text) for name in HEADER for text in texts]
    sheet = [
        [text if name == other else cell for other, cell in zip(HEADER, good, strict=True)]
        for name, text in placed
    ]

    with pytest.raises(SheetRefused) as refused:
        preview_sheet(release=release_of(book), data=WRITERS[kind](HEADER, sheet))

    told = {(p.row, p.column): p for p in refused.value.problems}
    taken = []
    for number, (name, text) in enumerate(placed, start=2):
        problem = told.pop((number, name), None)
        if problem is None:
            taken.append((name, text))
        else:
            assert problem.reason
            assert problem.value == text.strip(" \t\r\n\xa0")[:80]
    assert told == {}
    assert set(taken) == TAKEN
