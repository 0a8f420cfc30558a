"""Two who import the same row at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from config.admin.spreadsheets.sheet import Sheet
from portfolio.models import Segment
from tests.config.sheets.pages import carried, exported, page, preview, rows_of, written
from tests.factories import SegmentFactory
from tests.factories.people import of_role

LABEL = "portfolio.segment"


@pytest.fixture
def at_once(transactional_db, monkeypatch):
    """Both have read the row before either writes it, if nothing keeps them apart."""
    clients = [Client(), Client()]
    user = of_role("product_ops")
    for client in clients:
        client.force_login(user)
    SegmentFactory(code="smb", name="Small", rank=901)
    (row,) = [r for r in rows_of(exported(clients[0], LABEL)) if r["code"] == "smb"]
    sent = [
        carried(preview(client, LABEL, written([row | {"name": name}])))
        for client, name in zip(clients, ("Ann's", "Bob's"), strict=True)
    ]
    both_read, take = Barrier(2, timeout=2), Sheet._take

    def wait_and_take(*arguments) -> None:
        with suppress(BrokenBarrierError):  # the other one waits for our lock
            both_read.wait()
        take(*arguments)

    monkeypatch.setattr(Sheet, "_take", wait_and_take)

    def confirm(client: Client, form: dict) -> int:
        try:
            return client.post(page(LABEL, "process_import"), form).status_code
        finally:
            connection.close()

    def run() -> list[int]:
        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(confirm, clients, sent))

    return run


def test_one_is_imported_and_the_other_conflicts(at_once):
    assert at_once() == [200, 302]  # a page with the problem, and the list
    assert Segment.objects.get(code="smb").version == 2


def test_without_the_lock_one_overwrites_the_other(at_once, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)

    assert at_once() == [302, 302]
    assert Segment.objects.get(code="smb").version == 3
