"""Writers at the same time: positions without gaps, in the order of commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from accounts.ledger import Recording
from accounts.models import Account, LedgerEntry, LedgerHead, ProductSet
from config.invariants import invariants
from config.postgresql.owner import as_owner
from tests.accounts.ledger_book import catalog, customer, hold, in_force, told_again
from tests.config.outbox.test_dispatch import wait_until
from tests.config.racing import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, CHANGES = 8, 12


def in_a_thread(work, *arguments):
    try:
        return work(*arguments)
    finally:
        connection.close()


def write(account, charges):
    for number in range(CHANGES):
        day = date(2024, 1, 1) + timedelta(days=number)
        hold(account, charges[number % len(charges)], day, 10, ends_on=day + timedelta(days=30))


def follow(done: Event) -> list[int]:
    """Positions as a reader sees them who asks again and again for what is new."""
    seen = [0]
    while True:
        last_round = done.is_set()
        new = LedgerEntry.objects.filter(position__gt=seen[-1]).order_by("position")
        seen += new.values_list("position", flat=True)
        if last_round:
            return seen[1:]


def test_a_reader_who_asks_for_what_is_new_misses_nothing():
    charges = catalog()
    accounts = [customer(f"a{number}") for number in range(WRITERS)]
    done = Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(in_a_thread, follow, done)
        writers = [pool.submit(in_a_thread, write, account, charges) for account in accounts]
        for writer in writers:
            writer.result()
        done.set()
        seen = reader.result()

    head = LedgerHead.objects.get().position
    assert seen == list(range(1, head + 1))
    assert head >= WRITERS * CHANGES
    assert not [v for entry in invariants.values() for v in entry.violations()]


def test_writers_of_one_account_wait_for_one_another():
    charges, account = catalog(), customer()
    with ThreadPoolExecutor(WRITERS) as pool:
        for writer in [pool.submit(in_a_thread, write, account, charges) for _ in range(WRITERS)]:
            writer.result()

    assert in_force(account) == told_again(account)


def test_a_new_set_of_two_writers_is_one_set():
    charges = catalog()
    accounts = [customer(f"a{number}") for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda a: in_a_thread(hold, a, charges[0], date(2024, 1, 1), 1), accounts))

    assert ProductSet.objects.count() == 2  # nothing, and the one product


def commit_in_turn(first, second) -> list[int]:
    """What a follower sees when the first to take a position is the last to commit.

    Each writer yields before it commits; the reader looks after each commit.
    """
    seen, wrote, go_on = [], Event(), Event()

    def slow():
        with transaction.atomic():
            first()
            wrote.set()
            go_on.wait(10)

    def quick():
        with transaction.atomic():
            second()

    threads = [Thread(target=in_a_thread, args=(work,)) for work in (slow, quick)]
    threads[0].start()
    wrote.wait(10)
    threads[1].start()
    threads[1].join(1)
    seen += new_positions(seen)
    go_on.set()
    for thread in threads:
        thread.join(10)
    return seen + new_positions(seen)


TABLE = "accounts_ledgerentry"


def new_positions(seen: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position FROM {TABLE} WHERE position > %s ORDER BY position",
            [seen[-1] if seen else 0],
        )
        return [position for (position,) in cursor.fetchall()]


def test_the_first_to_take_a_position_is_the_first_to_commit():
    charges, one, two = catalog(), customer("one"), customer("two")

    seen = commit_in_turn(
        lambda: hold(one, charges[0], date(2024, 1, 1), 1),
        lambda: hold(two, charges[0], date(2024, 1, 1), 1),
    )

    assert seen == [1, 2]


@pytest.fixture
def plain_sequence(monkeypatch):
    """A ledger whose position is a sequence: what one would write first."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_ledger (position bigserial)")
    monkeypatch.setattr("tests.accounts.test_ledger_races.TABLE", "plain_ledger")
    yield
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("DROP TABLE plain_ledger")


def test_with_a_plain_sequence_a_follower_loses_a_row(plain_sequence):
    def append():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO plain_ledger DEFAULT VALUES")

    assert commit_in_turn(append, append) == [2]  # 1 was committed after the reader had seen 2


def test_without_the_accounts_lock_an_entry_is_wrong(monkeypatch):
    charges, account = catalog(), customer()
    monkeypatch.setattr(Recording, "touch", touch_without_lock)
    appended = Event()

    def first():
        with transaction.atomic():
            hold(account, charges[0], date(2024, 1, 1), 10)
            appended.set()
            wait_until(somebody_waits, 10)  # for the head, with the lines as it has read them

    def second():
        appended.wait(10)
        hold(account, charges[2], date(2024, 1, 1), 10)

    with ThreadPoolExecutor(2) as pool:
        for writer in [pool.submit(in_a_thread, work) for work in (first, second)]:
            writer.result()

    assert in_force(account) != told_again(account)


def touch_without_lock(self, accounts):
    self.accounts |= set(accounts)


def test_with_the_accounts_lock_both_entries_are_right():
    charges, account = catalog(), customer()
    with ThreadPoolExecutor(2) as pool:
        work = [
            pool.submit(in_a_thread, hold, account, charge, date(2024, 1, 1), 10)
            for charge in (charges[0], charges[2])
        ]
        for writer in work:
            writer.result()

    assert in_force(account) == told_again(account)
    assert Account.objects.get().lines.count() == 2
