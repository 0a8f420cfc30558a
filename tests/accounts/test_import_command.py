"""The command as people and programs call it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Account
from tests.factories.books import ACCOUNTS, ITEMS, held, words, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(tmp_path):
    return write(tmp_path / "accounts.csv", ACCOUNTS, words("acme smb emea 2024-01-01"))


@pytest.fixture
def items(tmp_path):
    rows = "acme CRM base 2024-01-01 - 100\nacme CRM pro 2024-02-01 2024-02-01 5"
    return write(tmp_path / "items.csv", ITEMS, words(rows))


@pytest.fixture
def bad(tmp_path):
    rows = "acme CRM base 2024-01-01 - 100\nacme CRM base never - 5"
    return write(tmp_path / "bad.csv", ITEMS, words(rows))


def call(*words, **options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_book", *words, stdout=out, stderr=err, **options)
    finally:
        call.said = out.getvalue(), err.getvalue()
        with connection.cursor() as cursor:
            cursor.execute("DISCARD TEMP")
    return call.said


def test_it_says_what_it_did(accounts, items):
    out, _ = call("--accounts", str(accounts), "--items", str(items))

    assert [line.split(maxsplit=1) for line in out.splitlines()] == [
        ["1", "account rows"],
        ["1", "accounts created"],
        ["1", "item rows"],
        ["1", "items created"],
        ["1", "ledger entries"],
        ["1", "products created"],
        ["1", "regions created"],
        ["1", "segments created"],
        ["1", "tiers created"],
        ["1", "zero length items"],
    ]


def test_a_program_reads_counts_and_problems(accounts, items):
    out, err = call("--accounts", str(accounts), "--items", str(items), "--json")

    answer = json.loads(out)
    assert err == ""
    assert answer.keys() == {"counts", "bad_rows", "problems", "ignored_columns"}
    assert (answer["bad_rows"], answer["problems"], answer["ignored_columns"]) == (0, [], [])
    assert answer["counts"]["items_created"] == answer["counts"]["zero_length_items"] == 1


def test_a_program_reads_why_nothing_was_imported(accounts, bad):
    with pytest.raises(SystemExit, match="1"):
        call("--accounts", str(accounts), "--items", str(bad), "--json")

    answer = json.loads(call.said[0])
    assert (answer["code"], answer["bad_rows"]) == ("import_refused", 1)
    assert answer["problems"] == [
        {
            "file": "bad.csv",
            "row": 3,
            "column": "start_date",
            "value": "never",
            "code": "unreadable_date",
            "reason": "a date is YYYY-MM-DD",
        }
    ]
    assert not Account.objects.exists()


def test_a_person_reads_why_nothing_was_imported(accounts, bad):
    with pytest.raises(CommandError, match="Nothing was imported: 1 row is wrong"):
        call("--accounts", str(accounts), "--items", str(bad))

    assert call.said == (
        "",
        "bad.csv, row 3, column start_date: 'never': a date is YYYY-MM-DD\n",
    )


def test_bad_rows_can_be_skipped(accounts, bad):
    call("--accounts", str(accounts), "--items", str(bad), "--skip-bad-rows")

    assert [line[5] for line in held()] == [100]


def test_accounts_can_be_made_for_items(items):
    call("--items", str(items), "--create-accounts", "--currency", "EUR", "--portfolio", "old")

    assert Account.objects.get().currency == "EUR"


def test_corrections_are_asked_for(accounts, items, tmp_path):
    call("--accounts", str(accounts), "--items", str(items))
    other = write(tmp_path / "o.csv", ITEMS, words("acme CRM base 2024-01-01 - 250"))
    with pytest.raises(CommandError):
        call("--items", str(other))

    call("--items", str(other), "--correct")

    assert [line[5] for line in held()] == [250]


def test_offers_come_with_the_book_or_alone(accounts, items, tmp_path):
    header = "offer_id account_id motion variant offered_at decided_at outcome mrr_delta_cents"
    rows = words("o-1 acme tier_upsell a 2024-02-01 2024-03-01 won 900")
    offers = write(tmp_path / "offers.csv", header.split(), rows)
    call("--accounts", str(accounts), "--items", str(items), "--offers", str(offers))

    call("--offers", str(offers), "--json")

    assert json.loads(call.said[0])["counts"]["offers_unchanged"] == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "Name a file"),
        (["--items", "/nowhere/items.csv"], "there is no file"),
        (["--items", "/"], "there is no file"),
    ],
)
def test_a_file_is_needed(given, sentence):
    with pytest.raises(CommandError, match=sentence):
        call(*given)


@pytest.mark.parametrize("currency", ["usd", "XXY", "EURO", ""])
def test_a_currency_is_one_of_iso_4217(accounts, currency):
    with pytest.raises(CommandError, match="not a currency"):
        call("--accounts", str(accounts), "--currency", currency)
