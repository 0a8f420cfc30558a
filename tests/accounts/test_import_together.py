"""Two imports at once."""

import threading

import pytest
from django.db import IntegrityError, connection

from accounts.importing import book
from tests.factories.books import ACCOUNTS, ITEMS, held, words, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path):
    return {
        "accounts": write(tmp_path / "a.csv", ACCOUNTS, words("acme smb emea 2024-01-01")),
        "items": write(tmp_path / "i.csv", ITEMS, words("acme CRM base 2024-01-01 - 100")),
    }


class Importing(threading.Thread):
    """An import in a session of its own, in which nothing waits long for a lock."""

    def __init__(self, files) -> None:
        super().__init__()
        self.files, self.report, self.error = files, None, None

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            self.report = book.import_book(**self.files)
        except Exception as error:  # noqa: BLE001  (handed to the test)
            self.error = error
        finally:
            connection.close()


@pytest.fixture
def two_at_once(files, monkeypatch):
    """The second import begins when the first has written everything and not committed yet."""

    def run() -> tuple[Importing, Importing]:
        first, second = Importing(files), Importing(files)
        append_for = book.append_for

        def append_and_wait(*args):
            entries = append_for(*args)
            if threading.current_thread() is first:
                second.start()
                second.join(0.5)
            return entries

        monkeypatch.setattr(book, "append_for", append_and_wait)
        first.start()
        first.join()
        second.join()
        return first, second

    return run


def test_imports_wait_for_one_another(two_at_once):
    first, second = two_at_once()

    assert (first.error, second.error) == (None, None)
    assert (first.report.counts["items_created"], second.report.counts["items_created"]) == (1, 0)
    assert second.report.counts["items_unchanged"] == len(held()) == 1


def test_without_the_lock_they_would_collide(two_at_once, monkeypatch):
    monkeypatch.setattr(book, "ONE_AT_A_TIME", "SET LOCAL lock_timeout = 0")

    _, second = two_at_once()

    assert isinstance(second.error, IntegrityError)
