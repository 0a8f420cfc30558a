"""What goes out comes back: text that never runs, numbers and days as such."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from config.sheets.live import tame, wild
from config.sheets.reading import read_table
from config.sheets.table import LONGEST_CELL
from config.sheets.writing import as_csv, as_workbook

LIVE = ["=1+1", "==1", "===1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a"]
MARKED = ["'=1", "''=1", "'", "'a", "''", "=cmd|' /C calc'!A0", "_x000D_", "_x005F_x000D_", "a\nb"]
TEXTS = [*LIVE, *MARKED]
ANY = st.text(max_size=40)
PRINTED = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@pytest.mark.parametrize("text", LIVE)
def test_no_cell_of_csv_begins_a_formula(text):
    (_, (cell,)) = csv.reader(io.StringIO(as_csv(["a"], [[text]]).decode("utf-8-sig"), newline=""))

    assert cell.startswith("'")


@pytest.mark.parametrize("text", TEXTS)
def test_no_cell_of_a_workbook_is_a_formula(text):
    sheet = load_workbook(io.BytesIO(as_workbook("T", ["a"], [[text]]))).active

    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].quotePrefix


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("write", [as_csv, lambda *table: as_workbook("T", *table)])
def test_text_comes_back_as_it_was(write, text):
    assert read_table(write(["a"], [[text]])).rows == [(2, {"a": text})]


@given(ANY)
def test_every_text_comes_back_from_its_mark(text):
    assert wild(tame(text)) == text


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_texts_never_become_one_cell(one, other):
    assert (tame(one) == tame(other)) == (one == other)


@given(st.lists(PRINTED, min_size=2, max_size=5))
def test_any_row_comes_back_from_either_format(texts):
    header = [f"c{number}" for number in range(len(texts))]

    for data in (as_csv(header, [texts]), as_workbook("T", header, [texts])):
        assert list(read_table(data).rows[0][1].values()) == texts


def test_numbers_and_days_stay_what_they_are():
    row = [Decimal("-19.990000"), Decimal("0.400000"), 7, True, date(2026, 1, 31), None]
    header = list("abcdef")

    sheet = load_workbook(io.BytesIO(as_workbook("T", header, [row]))).active
    kinds = [cell.data_type for cell in sheet[2]][:5]
    table = read_table(as_workbook("T", header, [row]))

    assert kinds == ["n", "n", "n", "b", "d"]
    assert list(table.rows[0][1].values()) == [-19.99, 0.4, 7, True, date(2026, 1, 31), None]
    assert b"\r\n-19.990000,0.400000,7,true,2026-01-31,\r\n" in as_csv(header, [row])


def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_text():
    table = read_table(as_workbook("T", ["a"], [[Decimal("123456789012.345678")]]))

    assert table.rows == [(2, {"a": "123456789012.345678"})]


def test_the_longest_text_that_comes_back_is_the_longest_that_is_read():
    text = "x" * LONGEST_CELL

    assert read_table(as_csv(["a"], [[text]])).rows[0][1]["a"] == text
