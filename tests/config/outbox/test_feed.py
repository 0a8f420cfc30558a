from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.db import connection, transaction

from config.access.scoping import _providers, scope_rows
from config.outbox import emit
from config.outbox.models import Event
from portfolio.models import Portfolio, Product

pytestmark = pytest.mark.django_db(transaction=True)


def happen(*codes: str, kind: str = "product.changed") -> None:
    """Each code in a transaction of its own."""
    for code in codes:
        with transaction.atomic():
            emit(kind, f"/{kind.split('.', maxsplit=1)[0]}s/{code}/", {"change": "added"})


def names(page: dict) -> list[str]:
    return [event["subject"].split("/")[2] for event in page["results"]]


@pytest.fixture
def feed(program):
    """Asks the feed and answers the page."""
    client = program("viewer")
    return lambda **query: client.get("/api/v1/events/", query).json()


def test_the_feed_goes_on_where_the_reader_stopped(feed):
    happen("a", "b", "c")
    first = feed(limit=2)
    rest = feed(after=first["after"])
    happen("d")

    assert names(first) == ["a", "b"]
    assert first["next"].endswith(f"after={first['after']}&limit=2")
    assert names(rest) == ["c"]
    assert rest["next"] is None
    assert names(feed(after=rest["after"])) == ["d"]
    assert names(feed(after=first["results"][0]["cursor"])) == ["b", "c", "d"]


def test_an_empty_page_keeps_the_readers_place(feed):
    assert feed()["after"] is None
    happen("a")
    place = feed()["after"]

    assert feed(after=place) == {"next": None, "previous": None, "results": [], "after": place}


def test_the_feed_is_filtered_by_kind(feed):
    happen("a")
    happen("smb", kind="segment.changed")

    assert names(feed(kind="segment.changed")) == ["smb"]
    assert feed(kind="segment.eaten")["status"] == 400
    assert feed(cursor="x")["errors"][0]["code"] == "unknown"


@pytest.mark.parametrize("place", ["1", "-1", "1-", "a-b", f"{2**63}-1", f"1-{'9' * 19}"])
def test_a_made_up_place_is_refused(feed, place):
    assert feed(after=place)["errors"][0]["code"] == "bad_cursor"


def test_events_need_their_scope_and_permission(program):
    assert program("viewer", "catalog:read").get("/api/v1/events/").status_code == 403
    assert program("user_admin").get("/api/v1/events/").status_code == 403


def test_an_event_about_rows_the_reader_may_not_see_is_not_served(program, monkeypatch):
    monkeypatch.setattr("config.access.scoping._providers", dict(_providers))
    home = Portfolio.objects.create(code="home", name="Home")
    for code in ("mine", "other"):
        Product.objects.create(code=code, name=code, portfolio=home)
    happen("mine", "other", "gone")
    happen("acme", kind="account.changed")
    sales, viewer = program("sales"), program("viewer")

    assert names(viewer.get("/api/v1/events/").json()) == ["mine", "other", "gone", "acme"]
    assert names(sales.get("/api/v1/events/").json()) == ["mine", "other", "gone"]

    scope_rows(Product, lambda rows, actor: rows.filter(code="mine"))
    assert names(sales.get("/api/v1/events/").json()) == ["mine"]


def test_a_page_costs_the_same_however_many_events_there_are(feed, django_assert_max_num_queries):
    feed()  # notes the use of the key
    happen("a")
    with django_assert_max_num_queries(2) as one:
        feed()
    happen(*(f"p{number}" for number in range(100)))
    with django_assert_max_num_queries(len(one)):
        assert len(feed(limit=200)["results"]) == 101


class ByWatermark:
    """A reader of the feed."""

    def __init__(self) -> None:
        self.seen, self.place = [], (0, 0)

    def look(self) -> None:
        for event in Event.objects.settled().after(*self.place).in_order():
            self.seen.append(event.subject)
            self.place = event.xid, event.id


class ByNumber(ByWatermark):
    """A reader who remembers the largest number: what one would write first."""

    def look(self) -> None:
        for event in Event.objects.filter(id__gt=self.place[1]).order_by("id"):
            self.seen.append(event.subject)
            self.place = 0, event.id


def read_while_the_first_commits_last(reader) -> list[str]:
    """A slow transaction writes first and commits after a quick one; the reader always looks."""
    wrote, go_on = Signal(), Signal()

    def slow():
        try:
            with transaction.atomic():
                emit("product.changed", "/products/slow/", {"change": "added"})
                wrote.set()
                assert go_on.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(slow)
        assert wrote.wait(10)
        happen("quick")
        reader.look()
        go_on.set()
        writer.result()
    reader.look()
    return reader.seen


def test_a_slow_transaction_that_commits_after_a_quick_one_loses_nothing():
    assert read_while_the_first_commits_last(ByWatermark()) == [
        "/products/slow/",
        "/products/quick/",
    ]


def test_a_reader_by_number_loses_the_event_of_the_slow_transaction():
    assert read_while_the_first_commits_last(ByNumber()) == ["/products/quick/"]
