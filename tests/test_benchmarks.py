"""The ways to answer that the benchmarks compare agree; nothing here depends on the clock."""

import csv
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from django.core.cache import caches

from benchmarks import auditing, document, goals, importing, loading
from benchmarks.book import DAYS, PRODUCTS, make_book
from benchmarks.questions import QUESTIONS, chosen
from benchmarks.rounds import Disagreement, compare
from benchmarks.targets import targets
from benchmarks.variants import Variant, first_days, native, orm, ours, plain_sql, two_dates
from config.audit.coverage import unattached
from config.audit.models import Event
from metrics.folding import fold

ACCOUNTS = 1_000


def silent(text: str) -> None:
    pass


@pytest.fixture(scope="module")
def book():
    return make_book(ACCOUNTS)


@pytest.fixture
def customers(db, book):
    """The book in the tables, with its ledger and sums."""
    loading.load_facts(book)
    loading.build_ledger()
    fold()
    caches["metrics"].clear()


def answering(name, answer):
    return Variant(name, lambda: answer, lambda given: given)


def test_all_ways_to_answer_agree(customers, book):
    columns = native.Columns(book)

    for question in QUESTIONS:
        if question.is_of_periods:
            every = two_dates.variants(question, None, columns)
            variants = [variant for variant in every if "DuckDB" not in variant.name]
        elif question.is_of_first_days:
            every = first_days.variants(question, None)
            variants = [variant for variant in every if "DuckDB" not in variant.name]
        else:
            ways = [plain_sql.variants, orm.variants]
            variants = [variant for way in ways for variant in way(question)]
            variants += native.variants(question, columns)
        assert compare([*ours.variants(question), *variants], rounds=0, say=silent)


def test_duckdb_agrees(customers, book):
    pytest.importorskip("duckdb")
    from benchmarks.variants import duck  # noqa: PLC0415  (needs the package)

    copy = duck.copy_of(book)

    for question in QUESTIONS:
        if question.is_of_periods:
            every = two_dates.variants(question, copy, native.Columns(book))
            others = [variant for variant in every if "DuckDB" in variant.name]
        elif question.is_of_first_days:
            every = first_days.variants(question, copy)
            others = [variant for variant in every if "DuckDB" in variant.name]
        else:
            others = duck.variants(question, copy)
        variants = [*ours.variants(question), *others]
        assert compare(variants, rounds=0, say=silent)


def test_nothing_is_timed_while_answers_differ():
    with pytest.raises(Disagreement, match="other and first answer differently"):
        compare([answering("first", {1: 1}), answering("other", {1: 2})], rounds=1, say=silent)


def test_others_are_divided_by_the_first_round_by_round():
    first, other = compare([answering("first", 1), answering("other", 1)], rounds=3, say=silent)

    assert first.ratios == [1, 1, 1]
    assert other.ratios == [b / a for a, b in zip(first.times, other.times, strict=True)]


def test_a_book_is_the_same_for_its_seed(book):
    again = make_book(ACCOUNTS)

    assert all(np.array_equal(values, vars(again)[name]) for name, values in vars(book).items())
    assert not np.array_equal(book.mrr, make_book(ACCOUNTS, seed=2).mrr[: book.items])


def test_a_book_is_about_as_large_as_described(book):
    now = book.account[book.end == DAYS]

    assert 4.3 < book.items / ACCOUNTS < 4.9
    assert 0.75 < len(np.unique(now)) / ACCOUNTS < 0.87
    assert 1.7 < len(now) / len(np.unique(now)) < 1.9
    assert set(book.product) == set(range(PRODUCTS))


def test_questions_are_chosen_by_metric():
    assert {question.metric for question in chosen("attach-rate")} == {"attach-rate"}
    assert chosen("all") == list(QUESTIONS)


def test_files_for_an_import_hold_the_wanted_items(book, tmp_path):
    accounts, items = importing.write_files(book, 500, tmp_path)

    with items.open() as file:
        rows = list(csv.DictReader(file))
    with accounts.open() as file:
        known = {row["account_id"] for row in csv.DictReader(file)}
    assert len(rows) == 500
    assert {row["account_id"] for row in rows} <= known


@pytest.mark.django_db(transaction=True)
def test_statements_are_measured_with_and_without_the_audit_trail(monkeypatch):
    monkeypatch.setattr(auditing, "_seconds", counting := Counting())

    found = auditing.measure_statements(50, rounds=1, say=silent)

    assert [each["statement"] for each in found] == ["insert", "update", "delete"]
    assert counting.events == [0, 0, 0, 50, 50, 50]
    assert list(unattached()) == []


class Counting:
    """Runs the statements, and counts the events that each leaves."""

    def __init__(self) -> None:
        self.events, self.run = [], auditing._seconds

    def __call__(self, statement, rows):
        before = Event.objects.count()
        seconds = self.run(statement, rows)
        self.events.append(Event.objects.count() - before)
        return seconds


def timing(variant, milliseconds, ratio=1, *, rounds=3):
    names = ("median_ms", "min_ms", "max_ms", "processor_ms")
    found = dict.fromkeys(names, milliseconds) | {"rounds": rounds, "noisy": False}
    return {"variant": variant, "ratio": ratio, **found}


def found_of(accounts, milliseconds, **more):
    others = [("self-join SQL, two workers", 50), ("self-join SQL, no workers", 79), ("DuckDB", 2)]
    timings = [timing("portico", milliseconds), timing("portico, cached", 0.4)]
    timings += [timing(name, milliseconds * ratio, ratio, rounds=1) for name, ratio in others]
    return {
        "accounts": accounts,
        "items": 5 * accounts,
        "settings": {"server_version": "18", "shared_buffers": "256MB", "jit": "off"},
        "load_before": 0.5,
        "load_after": 1.5,
        "questions": [{"question": goals.LAST, "timings": timings}],
        **more,
    }


HTTP = "new questions, 0 of 1 kinds within; slowest: attach-rate, anybody"


@pytest.fixture
def found():
    case = {"case": "attach-rate, anybody", "clients": 4, "p50_ms": 90, "requests": 9}
    return {
        "command": "python -m benchmarks",
        "began": "2026-11-28 02:00 UTC",
        "rounds": 3,
        "slow": 1,
        "machine": {"processors": 2, "memory_gib": 23.5},
        "versions": {"Python": "3.11"},
        "sizes": [
            found_of(100_000, 20),
            found_of(1_000_000, 40, http=[{**case, "p95_ms": 201, "noisy": True}]),
        ],
    }


def test_a_run_is_held_against_the_goals(found):
    told = {}
    for row in goals.verdicts(found):
        if row.question in (goals.LAST, HTTP, "unchanged question"):
            told[row.number, row.peer.split(",")[-1]] = (row.measured, row.outcome)

    assert told["P1", " two workers"] == ("50x", "met")
    assert told["P1", " none"] == ("79x", "missed")
    assert told["P2", "DuckDB on raw columns"] == ("2x", "met")
    assert told["P10", " processor time"] == ("2x", "not measured")  # up to a million only
    assert told["P11", " p95"] == ("201 ms ~", "missed")
    assert told["P12", " no HTTP"] == ("0.4 ms", "met")
    assert {row.number for row in goals.verdicts(found)} == {f"P{n}" for n in range(1, 13)}
    found["sizes"].pop()
    assert {row.outcome for row in goals.verdicts(found)} == {"not measured"}


def test_what_was_found_takes_the_place_of_the_last_run(found, tmp_path):
    page = tmp_path / document.PAGE
    page.write_text(f"Before\n{document.BEGIN}\nold\n{document.END}\nAfter\n")

    document.write(found, tmp_path)
    document.write(found, tmp_path)

    text = page.read_text()
    assert (text[:7], text[-7:]) == ("Before\n", "\nAfter\n")
    assert "old" not in text
    assert text.count("| P1 |") == 4
    assert "5,000,000 lines: load 0.5 at the start, 1.5 at the end" in text
    drawn = fromstring((tmp_path / document.PICTURE).read_text())  # noqa: S314  (our own text)
    named = [each.text for each in drawn.iter() if each.tag.endswith("title")]
    assert "DuckDB: 100,000 accounts 40 ms, 1,000,000 accounts 80 ms" in named
    (tmp_path / document.PAGE).write_text("no place")
    with pytest.raises(ValueError, match="no place"):
        document.write(found, tmp_path)


def test_the_page_has_a_place_for_what_was_found():
    text = (document.DOCS / document.PAGE).read_text()

    assert text.count(document.BEGIN) == text.count(document.END) == 1


def test_other_runs_are_held_against_their_goals():
    usage = {"rows": 1_000_000, "file_seconds": 9.9, "replay_seconds": 3.1}
    statements = [
        {"rows": 9, "seconds_with": 99.0},
        {"rows": 90, "seconds_with": 1.0},
    ]
    audit = {"rows": 90, "statements": statements, "imports": []}

    told = [(row.goal, row.measured, row.outcome) for row in targets({"usage": usage})]
    assert told == [("<= 10 s", "9.9 s", "met"), ("<= 3 s", "3.1 s", "missed")]
    small = [(row.peer, row.outcome) for row in targets({"signals": [NOTICED]})]
    assert small == [("500 accounts", "not measured")]
    assert [row.measured for row in targets({"audit": audit})] == ["1 s"]
    assert list(targets({"draws": {"one": 1.0}})) == []


NOTICED = {"accounts": 500, "notice_seconds": 0.4}
