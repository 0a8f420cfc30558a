"""All renewals of a day: the same as one by one, in pieces that survive being killed."""

import os
import signal
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts import mass_renewal
from accounts.jobs import renew_subscriptions
from accounts.ledger import recording
from accounts.mass_renewal import renew_due
from accounts.models import Account, LedgerEntry, RenewalRun, SubscriptionLine
from accounts.renewal import renew
from accounts.subscriptions import cancel
from config.invariants import invariants
from tests.accounts.priced import DAY, a_bundle, a_charge, costs, sell
from tests.factories import LineFactory, PlanVersionFactory, SubscriptionFactory

APRIL, MAY = date(2024, 4, 1), date(2024, 5, 1)
KILLS = 20


def terms(rows=None):
    rows = SubscriptionLine.objects.all() if rows is None else rows
    names = ("account__code", "charge", "starts_on", "ends_on", "amount", "list_amount", "mrr")
    return sorted(
        rows.values_list(*names, "origin", "price", "plan_version", "previous", "root"), key=str
    )


def entries():
    names = ("account", "effective_on", "sign", "mrr_before", "mrr_after", "price_change")
    return sorted(LedgerEntry.objects.values_list(*names))


def a_book(accounts=6):
    """Customers with every kind of line, some of which move on 1 April and some do not."""
    monthly, per_seat = a_charge(29), a_charge()
    costs(per_seat, None, model="per_unit", unit_amount=Decimal(10))
    bundle = a_bundle(249, a_charge(99), a_charge(79), a_charge(149))
    for _ in range(accounts):
        agreement = SubscriptionFactory(starts_on=DAY)
        sell(monthly, subscription=agreement)
        sell(per_seat, subscription=agreement, quantity=Decimal(7))
        sell(bundle, subscription=agreement)
    sell(monthly, on=date(2024, 3, 2))  # another day of the month
    sell(monthly, term_months=12)
    LineFactory(charge=monthly, starts_on=DAY, subscription__starts_on=DAY)  # agreed terms
    (leaving,) = sell(monthly)
    cancel(subscription=leaving.subscription, on=APRIL)
    PlanVersionFactory(
        plan=per_seat.plan,
        starts_on=date(2024, 3, 5),
        state="published",
        existing_treatment="next_boundary",
    )
    costs(monthly, 39, on=date(2024, 3, 15))
    costs(bundle, 279, on=date(2024, 3, 20))


@pytest.mark.django_db
def test_all_at_once_is_the_same_as_one_by_one():
    a_book(accounts=3)
    before = SubscriptionLine.objects.count()
    with transaction.atomic():
        with recording(*Account.objects.values_list("pk", flat=True)):
            for line in SubscriptionLine.objects.live(on=APRIL):
                if line.boundary_from(APRIL) == APRIL:
                    renew(line=line, on=APRIL)
        one_by_one = [row[:9] for row in terms()], entries()
        transaction.set_rollback(True)

    run = renew_due(on=APRIL, piece=2)

    assert ([row[:9] for row in terms()], entries()) == one_by_one
    assert run.lines_moved == SubscriptionLine.objects.count() - before == 15
    assert (run.accounts_moved, run.ended_at is None) == (3, False)
    assert not [v for rule in invariants.values() for v in rule.violations()]


@pytest.mark.django_db
def test_a_run_that_is_done_does_nothing_and_tells_once(told):
    a_book(accounts=2)
    renew_due(on=APRIL)
    found = terms()

    renew_due(on=APRIL)

    assert terms() == found
    kinds = [kind for kind, _ in told()]
    assert kinds.count("renewals.done") == 1
    assert kinds.count("account.renewed") == 2


@pytest.fixture
def told():
    def events():
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, payload FROM outbox_event ORDER BY id")
            return cursor.fetchall()

    return events


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "term_months", "interval", "due"),
    [
        (date(2024, 1, 31), 1, "month", date(2024, 2, 29)),
        (date(2024, 1, 31), 1, "month", date(2024, 3, 31)),
        (date(2024, 2, 29), 12, "month", date(2025, 2, 28)),
        (date(2024, 2, 29), 1, "year", date(2025, 2, 28)),
        (date(2023, 11, 30), 3, "month", date(2024, 2, 29)),
    ],
)
def test_due_is_what_the_calendar_of_terms_says(start, term_months, interval, due):
    charge = a_charge()
    costs(charge, 29, interval=interval)
    (line,) = sell(charge, on=start, term_months=term_months, interval=interval)
    assert line.boundary_from(due) == due

    assert renew_due(on=due).lines_due == 1
    for wrong in (date(2024, 3, 1), date(2025, 3, 1), date(2024, 2, 28)):
        assert renew_due(on=wrong).lines_due == 0


@pytest.mark.django_db
def test_every_night_renews_what_was_missed():
    a_book(accounts=1)
    RenewalRun.objects.create(on=date(2024, 3, 30), ended_at=datetime(2024, 3, 30, tzinfo=UTC))

    said = renew_subscriptions(now=datetime(2024, 4, 2, 3, tzinfo=UTC))

    assert said == "6 lines due, 6 moved."
    days = RenewalRun.objects.exclude(ended_at=None).order_by("on").values_list("on", flat=True)
    assert [day.day for day in days] == [30, 31, 1, 2]


@pytest.mark.django_db
def test_the_command_names_the_day_and_tells_what_came_of_it():
    a_book(accounts=1)
    out = StringIO()

    call_command("renew_due", "--on", "2024-04-01", stdout=out)

    assert out.getvalue() == "2024-04-01: 5 lines due, 5 moved, of 1 accounts.\n"
    with pytest.raises(CommandError, match="is no day"):
        call_command("renew_due", "--on", "tomorrow")


def killed_after(statements: int, *, guarded: bool = True) -> bool:
    """Whether a process that renews was killed before so many statements of it were done."""
    child = os.fork()
    if child == 0:
        _renew_and_die(statements, guarded)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _renew_and_die(statements: int, guarded: bool) -> None:
    inherited = connection.connection  # the parent's: kept, never closed here
    connection.connection = None
    done = 0

    def count(execute, *arguments):
        nonlocal done
        done += 1
        if done == statements:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    try:
        connection.connect()
        if not guarded:
            _work_without_transactions()
        with connection.execute_wrapper(count):
            renew_due(on=APRIL, piece=2)
    finally:
        os._exit(int(inherited is None))


def _work_without_transactions() -> None:
    @contextmanager
    def nothing(*arguments, **options):
        yield

    transaction.Atomic.__enter__ = lambda self: None
    transaction.Atomic.__exit__ = lambda self, *error: None
    mass_renewal.allow_long_work = lambda: None
    connection.in_atomic_block, connection.autocommit = True, False


@pytest.fixture
def statements():
    """How many statements an undisturbed run takes, and what it leads to."""
    a_book(accounts=4)
    with transaction.atomic():
        seen = 0

        def count(execute, *arguments):
            nonlocal seen
            seen += 1
            return execute(*arguments)

        with connection.execute_wrapper(count):
            renew_due(on=APRIL, piece=2)
        found = comparable()
        transaction.set_rollback(True)
    return seen, found


def comparable():
    """Everything but ids and positions, which a killed run may leave out."""
    facts = [(*row[:9], row[9] is None) for row in terms()]
    counts = RenewalRun.objects.values_list("lines_due", "lines_moved", "accounts_moved")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, subject FROM outbox_event ORDER BY 1, 2")
        return facts, entries(), list(counts), cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_g11_a_run_that_is_killed_again_and_again_ends_as_if_undisturbed(statements):
    total, undisturbed = statements
    kills = sum(killed_after(5 + n * total // KILLS // 3) for n in range(KILLS))

    renew_due(on=APRIL, piece=2)

    assert kills >= KILLS // 3
    assert comparable() == undisturbed
    assert not [v for rule in invariants.values() for v in rule.violations()]


@pytest.mark.django_db(transaction=True)
def test_without_transactions_a_killed_run_leaves_something_else(statements):
    total, undisturbed = statements

    assert killed_after(total // 3 + 2, guarded=False)

    renew_due(on=APRIL, piece=2)
    assert comparable() != undisturbed
