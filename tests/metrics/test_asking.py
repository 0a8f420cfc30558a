"""Asking for figures over REST: strictly, by whom, and when nothing has changed."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from time_machine import travel

from metrics.answering import ask, fingerprint
from metrics.catalog import UnknownCode
from metrics.registry import Scope, metrics
from metrics.versions import data_version
from portfolio.models import Product, Segment, Threshold
from tests.factories import ThresholdFactory, UserFactory, program
from tests.factories.books import bring
from tests.factories.figures import figure

pytestmark = pytest.mark.django_db

URL = "/api/v1/metrics/attach-rate/"
ACCOUNTS = "a smb emea 2025-01-01\nb ent emea 2025-01-01"
ITEMS = (
    "a CRM base 2025-01-01 - 1000\na MKT base 2025-02-15 - 500\nb CRM base 2025-01-01 - 800\n"
    "b MKT base 2025-01-01 2025-02-01 20"
)
SERIES = {"start": "2025-01-01", "end": "2025-03-01", "interval": "month"}


@pytest.fixture
def book(tmp_path):
    bring(tmp_path, ACCOUNTS, ITEMS)
    return lambda items: bring(tmp_path, items=items)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("on=2025-1-1", "on"),
        ("on=20250101", "on"),
        ("on=2025-02-30", "on"),
        ("on=２０２５-01-01", "on"),
        ("on=today", "on"),
        ("on=", "on"),
        ("on=2025-01-01&on=2025-01-02", "on"),
        ("on=1899-12-31", "on"),
        ("on=9999-12-31", "on"),
        ("start=2025-01-01", "start"),
        ("start=2025-01-01&end=2025-02-01", "start"),
        ("interval=month", "interval"),
        ("start=2025-01-01&end=2025-02-01&interval=week", "interval"),
        ("start=2025-02-01&end=2025-02-01&interval=month", "end"),
        ("start=2025-02-02&end=2025-02-01&interval=month", "end"),
        ("start=2000-01-01&end=2025-02-01&interval=month", "start"),
        ("start=2025-01-01&end=2025-02-01&interval=month&on=2025-01-01", "start"),
        ("segment=nobody", "segment"),
        ("segment=a b", "segment"),
        ("segment=a%00", "segment"),
        ("region=nowhere", "region"),
        ("product=nothing", "product"),
        ("product=-", "product"),
        ("currency=usd", "currency"),
        ("currency=EURO", "currency"),
        ("group_by=product", "group_by"),
        ("group_by=Segment", "group_by"),
        ("min_support=-1", "min_support"),
        ("min_support=1.0", "min_support"),
        ("min_support=030", "min_support"),
        ("min_support=1e3", "min_support"),
        ("min_support=99999999999999999999", "min_support"),
        ("level=1", "level"),
        ("level=0", "level"),
        ("level=0.4", "level"),
        ("level=95", "level"),
        ("level=.95", "level"),
        ("level=nan", "level"),
        ("known_at=2025-01-01", "known_at"),
    ],
)
def test_a_parameter_is_right_or_named(api, query, named):
    answer = api.get(f"{URL}?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, named)
    assert answer.json()["errors"][0]["message"].endswith(".")


def test_there_is_no_such_metric(api):
    for code in ("nothing", "Attach-Rate", "attach_rate", "a" * 61):
        assert api.get(f"/api/v1/metrics/{code}/").status_code == 404


def test_figures_are_read_not_written(api):
    for method in (api.post, api.put, api.patch, api.delete):
        assert method(URL).status_code == 405


def test_without_parameters_it_is_today(api):
    with travel("2026-02-03T12:00:00Z"):
        assert figure(api, "attach-rate")["parameters"]["on"] == "2026-02-03"


def test_who_may_not_see_customers_gets_no_figures(book):
    figure(program("viewer"), "attach-rate")  # now it is remembered
    stranger = program("user_admin")

    assert stranger.get(URL).status_code == 403
    assert stranger.get("/api/v1/metrics/").status_code == 403
    with pytest.raises(PermissionDenied):
        ask("attach-rate", actor=UserFactory(), on=None)


def test_a_key_needs_the_scope(book):
    answer = program("viewer", "catalog:read").get(URL)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_a_stranger_signs_in_first(client):
    assert client.get(URL).status_code == 401
    assert Client(headers={"Authorization": "Bearer x.y"}).get(URL).status_code == 401


def test_a_remembered_tag_opens_no_door(book):
    tag = program("viewer").get(URL)["ETag"]

    assert program("user_admin").get(URL, headers={"If-None-Match": tag}).status_code == 403
    assert program("sales").get(URL, headers={"If-None-Match": tag}).json()["n"] == 0


@pytest.fixture
def again(api, book):
    """Asks twice with the first tag; between the two, something happens."""

    def run(change=lambda: None, query="on=2025-06-30") -> int:
        first = api.get(f"{URL}?{query}")
        change()
        second = api.get(f"{URL}?{query}", headers={"If-None-Match": first["ETag"]})
        assert (second.status_code == 304) == (second["ETag"] == first["ETag"])
        assert second.status_code == 200 or not second.content
        return second.status_code

    return run


def test_an_unchanged_question_is_not_answered_again(again):
    assert again() == 304
    assert again(query="on=2025-06-30&format=csv") == 304


@pytest.mark.parametrize(
    "change",
    [
        lambda: Product.objects.filter(code="MKT").update(code="marketing"),
        lambda: Threshold.objects.filter(code="attach-strong").update(value="0.5"),
        lambda: ThresholdFactory(code="new-one"),
        lambda: Segment.objects.filter(code="smb").update(rank=77),
    ],
)
def test_what_a_figure_reads_changes_its_tag(again, change):
    assert again(change) == 200


def test_a_new_line_changes_the_tag(again, book):
    assert again(lambda: book("b OPS base 2025-03-01 - 7")) == 200


def test_the_same_book_again_does_not_change_the_tag(again, book):
    assert again(lambda: book(ITEMS)) == 304


def test_another_question_has_another_tag(api, book):
    queries = [
        "on=2025-06-30",
        "on=2025-07-01",
        "on=2025-06-30&min_support=5",
        "on=2025-06-30&level=0.9",
        "on=2025-06-30&group_by=segment",
        "on=2025-06-30&format=csv",
    ]
    tags = {api.get(f"{URL}?{query}")["ETag"] for query in queries}

    assert len(tags) == len(queries)


def test_the_answer_after_a_change_is_the_changed_one(api, book):
    before = figure(api, "attach-rate", on="2025-06-30")
    Product.objects.filter(code="MKT").update(code="marketing")

    after = figure(api, "attach-rate", on="2025-06-30")

    assert {row["from"] for row in before["rows"]} == {"CRM", "MKT"}
    assert {row["from"] for row in after["rows"]} == {"CRM", "marketing"}


def test_answers_are_for_one_reader_and_asked_again(api, book):
    answer = api.get(URL)

    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


def table(api, code, **parameters) -> list[dict]:
    answer = api.get(f"/api/v1/metrics/{code}/", {**parameters, "format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.content.decode())))


def test_one_figure_is_one_line(api, book):
    (line,) = table(api, "products-per-customer", on="2025-06-30")

    assert (line["value"], line["n"], line["median"]) == ("1.5", "2", "1.5")
    assert float(line["low"]) < 1.5 < float(line["high"])


def test_groups_are_lines_below_the_whole(api, book):
    lines = table(api, "products-per-customer", on="2025-06-30", group_by="segment")

    assert [(line["segment"], line["value"]) for line in lines] == [
        ("", "1.5"),
        ("ent", "1.0"),
        ("smb", "2.0"),
    ]


def test_months_are_lines(api, book):
    lines = table(api, "products-per-customer", **SERIES)

    assert [(line["start"], line["end"], line["value"]) for line in lines] == [
        ("2025-01-01", "2025-02-01", "1.5"),
        ("2025-02-01", "2025-03-01", "1.5"),
    ]


def test_pairs_are_lines(api, book):
    lines = table(api, "attach-rate", on="2025-06-30")

    assert [(line["from"], line["to"], line["holders"], line["both"]) for line in lines] == [
        ("CRM", "MKT", "2", "1"),
        ("MKT", "CRM", "1", "1"),
    ]


def test_pairs_of_every_month_are_lines(api, book):
    lines = table(api, "attach-rate", **SERIES)

    assert [(line["end"], line["from"], line["both"]) for line in lines] == [
        ("2025-02-01", "CRM", "1"),
        ("2025-02-01", "MKT", "1"),
        ("2025-03-01", "CRM", "1"),
        ("2025-03-01", "MKT", "1"),
    ]


def test_a_table_by_the_accept_header(api, book):
    answer = api.get(URL, headers={"Accept": "text/csv"})

    assert answer.content.startswith(b"from,to,holders")


def test_a_table_of_nothing_has_its_header(api):
    (line,) = table(api, "attach-rate")

    assert (line["value"], line["n"]) == ("", "0")


def test_a_screen_asks_the_same_question(book, api):
    actor = UserFactory(is_superuser=True)
    answer = ask("attach-rate", actor=actor, on=date(2025, 6, 30))

    assert answer == figure(api, "attach-rate", on="2025-06-30")
    with pytest.raises(UnknownCode, match="no segment nobody"):
        ask("attach-rate", actor=actor, on=None, segment="nobody")


def test_a_figure_costs_few_queries(api, book, django_assert_max_num_queries):
    figure(api, "attach-rate")
    with django_assert_max_num_queries(14):
        figure(api, "attach-rate", on="2025-06-30", group_by="segment")
    with django_assert_max_num_queries(14):
        figure(api, "products-per-customer", start="2020-01-01", end="2025-12-31", interval="month")


def test_a_database_that_is_made_again_is_not_answered_from_the_old_ones_cache(monkeypatch):
    here = data_version()
    asked = {"scope": Scope(on=date(2026, 1, 1)), "actor": UserFactory(is_superuser=True)}
    before = fingerprint(metrics["attach-rate"], **asked)
    elsewhere = replace(here, database=here.database + 1)
    monkeypatch.setattr("metrics.answering.data_version", lambda: elsewhere)

    assert fingerprint(metrics["attach-rate"], **asked) != before
