"""Any book means the same in one file or two, and in any order of its rows."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import LedgerEntry, Part
from config.invariants import invariants
from tests.factories.books import ACCOUNTS, ITEMS, held, import_files, write

START = date(2024, 1, 1)
PLACES = ("segment_before", "segment_after", "region_before", "region_after")
FACTS = (
    "kind",
    "mrr_before",
    "mrr_after",
    "is_first",
    "upsells",
    *(f"{place}__code" for place in PLACES),
    *Part.values,
)


def terms(item: tuple) -> tuple:
    """Two open items alike in this are refused, so a book has no two of them at all."""
    account, product, tier, starts_on, _, cents = item
    return account, product, tier, starts_on, cents


def dated(drawn: list[tuple]) -> list[tuple]:
    return [
        (*item[:4], item[3] + timedelta(days=item[4]) if item[4] else None, item[5])
        for item in drawn
    ]


days = st.integers(0, 25).map(lambda n: START + timedelta(days=n))
an_item = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["CRM", "MKT"]),
    st.sampled_from(["base", "pro"]),
    days,
    st.none() | st.integers(1, 20),
    st.sampled_from([0, 100, 100, 250]),
)
items = st.lists(an_item, max_size=9, unique_by=terms).map(dated)
listed = st.fixed_dictionaries(dict.fromkeys("abc", days))
a_book = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def outcome(tmp_path):
    """Everything that importing these lists of items one after the other leads to."""

    def run(created, *parts, accounts_in_order=True):
        rows = [[code, f"s-{code}", "emea", day] for code, day in created.items()]
        names = tmp_path / "accounts.csv", tmp_path / "items.csv"
        with transaction.atomic():
            for part in parts:
                accounts = write(names[0], ACCOUNTS, rows if accounts_in_order else rows[::-1])
                import_files(accounts=accounts, items=write(names[1], ITEMS, part))
            found = held(), in_force()
            assert not [broken for rule in invariants.values() for broken in rule.violations()]
            transaction.set_rollback(True)
        return found

    return run


def in_force() -> dict:
    entries = LedgerEntry.objects.order_by("position").values_list(
        "account__code", "effective_on", "sign", *FACTS
    )
    last = {entry[:2]: entry[2:] for entry in entries}
    return {key: facts for key, (sign, *facts) in last.items() if sign == 1}


@a_book
@given(created=listed, book=items, cut=days, repeats=st.booleans())
def test_a_book_in_two_files_is_the_book_in_one(outcome, created, book, cut, repeats):
    earlier = [i for i in book if i[3] < cut]
    known = [(*i[:4], i[4] if i[4] and i[4] <= cut else None, i[5]) for i in earlier]
    later = book if repeats else [i for i in book if i not in known]

    assert outcome(created, known, later) == outcome(created, book)


@a_book
@given(created=listed, book=items, data=st.data())
def test_the_order_of_rows_does_not_matter(outcome, created, book, data):
    shuffled = data.draw(st.permutations(book))

    assert outcome(created, shuffled, accounts_in_order=False) == outcome(created, book)


@a_book
@given(created=listed, book=items, other=items)
def test_after_a_correction_the_file_is_ours(tmp_path, created, book, other):
    rows = [[code, "smb", "emea", day] for code, day in created.items()]
    accounts = write(tmp_path / "accounts.csv", ACCOUNTS, rows)
    with transaction.atomic():
        import_files(accounts=accounts, items=write(tmp_path / "i.csv", ITEMS, book))
        files = {"accounts": accounts, "items": write(tmp_path / "i.csv", ITEMS, other)}
        import_files(**files, correct=True)

        ours = Counter((line[0], line[1], *line[3:]) for line in held())
        asked = Counter((a, f"{product}-{tier}", *terms) for a, product, tier, *terms in other)
        assert asked <= ours
        assert import_files(**files).counts["items_unchanged"] == len(other)
        assert not [broken for rule in invariants.values() for broken in rule.violations()]
        transaction.set_rollback(True)
