"""Bulks: an import is summed up, everything else is recorded row by row in linear time."""

from time import perf_counter

import pytest

from accounts.importing import import_book
from accounts.models import Account, SubscriptionLine
from config.audit.history import history_of
from config.audit.models import Event
from tests.config.audit.trail import ask, mark, since

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # an import leaves its tables to the commit
ACCOUNTS = "account_id,segment,region,created\n"
ITEMS = "account_id,product,tier,start_date,end_date,mrr_cents\n"
SUMMED = {
    "accounts_account",
    "accounts_accountprofile",
    "accounts_subscription",
    "accounts_subscriptionline",
}
ADD = """
INSERT INTO portfolio_segment (code, name, rank)
SELECT 'bulk' || n, 'S', 1000 + n FROM generate_series(1, {rows}) n"""
CHANGE = "UPDATE portfolio_segment SET name = name || '.' WHERE code LIKE 'bulk%'"
REMOVE = "DELETE FROM portfolio_segment WHERE code LIKE 'bulk%'"


@pytest.fixture
def book(tmp_path):
    """Imports a book of some accounts with an item each."""

    def bring(rows: int, *, end: str = ""):
        accounts, items = tmp_path / "accounts.csv", tmp_path / "items.csv"
        accounts.write_text(ACCOUNTS + "".join(f"c{n},smb,eu,2025-01-01\n" for n in range(rows)))
        items.write_text(
            ITEMS + "".join(f"c{n},crm,pro,2025-01-01,{end},1000\n" for n in range(rows))
        )
        return import_book(accounts=accounts, items=items)

    return bring


@pytest.mark.parametrize("rows", [3, 300])
@pytest.mark.parametrize("end", ["", "2026-01-01"])
def test_a_book_is_one_event_for_the_rows_of_a_table(book, rows, end):
    before = mark()
    book(rows, end=end)

    events = since(before)
    summaries = {e.table_name: e.after for e in events if e.row_id is None}
    assert summaries.keys() == SUMMED
    assert {after["rows"] for after in summaries.values()} == {rows}
    assert len(events) < 20
    lines = summaries["accounts_subscriptionline"]
    assert (lines["first"], lines["last"]) == ask(
        "SELECT min(id), max(id) FROM accounts_subscriptionline"
    )[0]


@committed
def test_the_same_book_again_leaves_nothing(book):
    book(3)
    before = mark()
    book(3)

    assert since(before) == []


@committed
def test_what_a_book_changes_is_recorded_row_by_row(book):
    book(3)
    before = mark()
    book(3, end="2026-01-01")

    lines = since(before, "accounts_subscriptionline")
    assert [(e.operation, e.before["ends_on"], e.after["ends_on"]) for e in lines] == [
        ("U", None, "2026-01-01")
    ] * 3
    assert len(since(before, "accounts_subscription")) == 3


def test_after_an_import_rows_are_recorded_one_by_one_again(book):
    book(3)
    before = mark()
    Account.objects.create(code="later", name="Later", created_on="2026-01-01")

    assert [event.row_id for event in since(before)] == [Account.objects.get(code="later").pk]


def test_the_history_of_an_imported_row_begins_with_its_import(book):
    book(3)
    line = SubscriptionLine.objects.first()
    later = Account.objects.create(code="later", name="Later", created_on="2026-01-01")

    (event,) = history_of(line)
    assert event.after["rows"] == 3
    assert [event.row_id for event in history_of(later)] == [later.pk]


def seconds(statement: str) -> float:
    begun = perf_counter()
    ask(statement)
    return perf_counter() - begun


def test_ten_times_the_rows_take_no_hundred_times_as_long():
    ask(ADD.format(rows=1))
    for _ in range(10):  # plans that were kept would be plans for a row
        ask(CHANGE)
    ask(REMOVE)
    spent = {}
    for rows in (2_000, 20_000):
        before = Event.objects.count()
        spent[rows] = [seconds(ADD.format(rows=rows)), seconds(CHANGE), seconds(REMOVE)]
        assert Event.objects.count() - before == 3 * rows

    ratios = [many / few for few, many in zip(*spent.values(), strict=True)]
    assert max(ratios) < 40, ratios
