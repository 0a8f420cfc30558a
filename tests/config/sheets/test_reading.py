"""Files of every kind: what can be read is, and what cannot be says why, quickly and in little."""

import random
import subprocess
import sys
import time
from datetime import date

import pytest

from config.sheets.reading import read_table
from config.sheets.table import MOST_ROWS, Unreadable
from tests.config.sheets.books import GOOD, HEADER, row, text_cell, workbook

LAST_ROW = 1_048_576
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def number(place: str, text: str, style: int = 0) -> str:
    return f'<c r="{place}" s="{style}"><v>{text}</v></c>'


def test_a_workbook_is_read_with_its_types():
    shared = "<si><t>code</t></si><si><r><t>fi</t></r><r><t>gure</t></r></si><si><t>day</t></si>"
    cells = row(1, *(f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABC")))
    cells += row(
        2, text_cell("A2", "a_x000D_b &amp; c"), number("B2", "1.5"), number("C2", "46023", 1)
    )
    cells += row(4, '<c r="A4" t="b"><v>1</v></c>', number("B4", "3"), number("C4", "46023"))
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'

    table = read_table(workbook(cells, shared=shared, styles=styles))

    assert (table.name, table.header) == ("S1", ["code", "figure", "day"])
    assert table.rows == [
        (2, {"code": "a\rb & c", "figure": 1.5, "day": date(2026, 1, 1)}),
        (4, {"code": True, "figure": 3, "day": 46023}),
    ]


@pytest.mark.parametrize(("code", "is_day"), [("yyyy\\-mm\\-dd", True), ('0.00" dm"', False)])
def test_a_format_of_one_s_own_may_be_of_days(code, is_day):
    styles = (
        f"<numFmts><numFmt numFmtId='164' formatCode='{code}'/></numFmts>"
        '<cellXfs><xf numFmtId="164"/></cellXfs>'
    )
    cells = row(1, text_cell("A1", "day")) + row(2, number("A2", "46023"))

    table = read_table(workbook(cells, styles=styles))

    assert table.rows[0][1]["day"] == (date(2026, 1, 1) if is_day else 46023)


@pytest.mark.parametrize(
    "text", ["code,name\r\ncrm,CRM\r\n", "\ufeffcode;name\ncrm;CRM", 'code\tname\n"crm"\tCRM\n']
)
def test_csv_is_read_with_any_delimiter(text):
    table = read_table(text.encode())

    assert table.rows == [(2, {"code": "crm", "name": "CRM"})]


def test_a_cell_of_csv_may_have_lines_and_rows_keep_their_numbers():
    table = read_table(b'code,name\na,"one\ntwo"\n\n,\nb,B\n')

    assert [(number, cells["code"]) for number, cells in table.rows] == [(2, "a"), (6, "b")]


HOSTILE = {
    "nothing": (b"", "empty"),
    "only empty rows": (b"\n,,,\n\n", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "save it as XLSX"),
    "UTF-16": ("code,name\na,b".encode("utf-16"), "UTF-16"),
    "Latin-1": ("code,name\na,é".encode("latin-1"), "Line 2 is not UTF-8"),
    "NUL": (b"code,name\na,\0b", "NUL"),
    "an open quote": (b'code,name\n"a,b', "not CSV"),
    "a huge cell": (b"code,name\na," + b"x" * 20_000, "10,000 characters"),
    "a cell beyond CSV": (b"code,name\na," + b"x" * 200_000, "not CSV"),
    "a wide row": (b"code,name\n" + b"a," * 70 + b"a", "more than 60 columns"),
    "a row beyond the header": (b"code,name\na,b,c", "more columns than the header"),
    "a column twice": (b"code,code\na,b", "twice"),
    "a column without a name": (b"code,,name\na,b,c", "empty cell"),
    "many rows": (b"code\n" + b"a\n" * (MOST_ROWS + 1), "more than 2,000 rows"),
    "a large file": (b"x" * 1_600_000, "larger than"),
    "only the beginning of a zip": (b"PK\x03\x04" + b"\0" * 50, "no XLSX"),
    "a zip of something else": (workbook(GOOD)[:200], "no XLSX"),
    "a zip bomb": (workbook(GOOD, more={"xl/media/a": b"\0" * 20_000_000}), "unpacks"),
    "a bomb in the sheet": (
        workbook(HEADER + row(2, text_cell("A2", "a" * 11_000_000))),
        "unpacks",
    ),
    "many sheets": (workbook(GOOD, sheets=10_000), "larger than"),
    "fewer sheets": (workbook(GOOD, sheets=2_000), "more than 200 parts"),
    "many small parts": (
        workbook(GOOD, more={f"xl/media/{n}": b"\0" * 190_000 for n in range(150)}),
        "too large",
    ),
    "a billion laughs": (workbook(GOOD, head=BILLION), "document type"),
    "an external entity": (workbook(GOOD, head=EXTERNAL), "document type"),
    "no sheet": (workbook(GOOD, sheets=0), "no sheet"),
    "a shared text that is not there": (
        workbook(row(1, '<c r="A1" t="s"><v>99</v></c>')),
        "no XLSX",
    ),
    "a failed formula": (workbook(row(1, '<c r="A1" t="e"><v>#REF!</v></c>')), "formula"),
    "a cell far to the right": (workbook(row(1, text_cell("XFD1", "a"))), "60 columns"),
    "a place that is none": (workbook(row(1, text_cell("A1:B9", "a"))), "no XLSX"),
    "a number that is none": (workbook(row(1, number("A1", "nan"))), "no XLSX"),
    "a row that is none": (workbook('<row r="x"></row>'), "no XLSX"),
    "broken XML": (workbook("<row r='1'><c"), "no XLSX"),
    "a time of day": (
        workbook(
            HEADER + row(2, number("A2", "46023.5", 0)),
            styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
        ),
        "time of day",
    ),
    "many shared texts": (workbook(GOOD, shared="<si><t>a</t></si>" * 125_000), "unpacks|texts"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words_and_at_once(name):
    data, sentence = HOSTILE[name]
    began = time.perf_counter()

    with pytest.raises(Unreadable, match=sentence):
        read_table(data)

    assert time.perf_counter() - began < 1


def test_a_styled_cell_in_the_last_row_is_no_row():
    table = read_table(workbook(GOOD + f'<row r="{LAST_ROW}"><c r="A{LAST_ROW}" s="1"/></row>'))

    assert [number for number, _ in table.rows] == [2]


def test_styled_rows_without_a_value_are_no_rows():
    dice = random.Random(5)  # noqa: S311  (numbers that do not pack too well)
    styled = "".join(f'<row><c s="{dice.randrange(10**9)}"/></row>' for _ in range(150_000))

    table = read_table(workbook(GOOD + styled))

    assert len(table) == 1


MEMORY = """
import resource, sys
from config.sheets.reading import read_table
from config.sheets.table import Unreadable
data = sys.stdin.buffer.read()
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
try:
    read_table(data)
except Unreadable:
    pass
print((peak() - before) / 1024)
"""
BOMBS = [
    "a zip bomb",
    "fewer sheets",
    "a bomb in the sheet",
    "many sheets",
    "many small parts",
    "a large file",
]
BOMBS += ["many shared texts", "a billion laughs"]


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_less_than_30_megabytes(name):
    done = subprocess.run(
        [sys.executable, "-c", MEMORY],
        input=HOSTILE[name][0],
        capture_output=True,
        check=True,
    )

    assert float(done.stdout) < 30


def test_the_largest_file_that_can_be_read_costs_less_than_30_megabytes():
    cells = "".join(
        row(n, *(text_cell(f"{c}{n}", f"{c}{n}" if n == 1 else "x" * 90) for c in "ABCDEFGHIJ"))
        for n in range(1, MOST_ROWS + 2)
    )
    done = subprocess.run(
        [sys.executable, "-c", MEMORY],
        input=workbook(cells, level=1),
        capture_output=True,
        check=True,
    )

    assert float(done.stdout) < 30


def test_mutations_of_good_files_are_read_or_refused():
    dice = random.Random(5)  # noqa: S311  (hostile, not secret)
    seeds = [
        workbook(GOOD),
        workbook(GOOD, level=0),
        b"code,name\ncrm,CRM\n",
        b'"a";b\n1;2',
    ]
    for _ in range(2_000):
        data = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(len(data))
            action = dice.randrange(3)
            if action == 0:
                data[at] = dice.randrange(256)
            elif action == 1:
                del data[at : at + dice.randint(1, 20)]
            else:
                data[at:at] = dice.randbytes(dice.randint(1, 20))
            data = data or bytearray(b"x")
        try:
            read_table(bytes(data))
        except Unreadable:
            continue  # anything else fails the test
