"""Nightly work: once a night, whoever comes first; a job that fails stops no other."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config import jobs as nightly
from config.jobs import CLAIM, Job, Unwell, claim, enlist, jobs, next_night, perform, perform_due
from config.models import NightlyJob
from tests.config.racing import together

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 6, 2, 2, 30, tzinfo=UTC)


@pytest.fixture
def only(monkeypatch):
    """Makes the functions given, by name, all the jobs there are."""

    def make(**functions) -> None:
        len(jobs)  # those of the house are loaded first, and come back afterwards
        entries = {name: Job(name, function) for name, function in functions.items()}
        monkeypatch.setattr(jobs, "_entries", entries)

    return make


def names(done) -> list[str]:
    return [row.name for row in done]


@pytest.mark.parametrize(
    ("after", "night"),
    [
        (NOON, NIGHT),
        (NIGHT - timedelta(seconds=1), NIGHT),
        (NIGHT, NIGHT + timedelta(days=1)),
    ],
)
def test_a_night_begins_on_the_houses_clock(after, night):
    assert next_night(after=after) == night


def test_a_night_is_of_the_organisations_zone(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    with timezone.override("Asia/Tokyo"):
        assert next_night(after=NOON).astimezone(UTC) == datetime(2026, 6, 1, 17, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_a_job_is_first_done_in_the_coming_night_and_then_once_a_night(only):
    done = []
    only(tidy=lambda now: done.append(now) or "tidied")

    for at in (NOON, NIGHT, NIGHT + timedelta(hours=5), NIGHT + timedelta(days=1)):
        list(perform_due(clock=lambda at=at: at))

    assert done == [NIGHT, NIGHT + timedelta(days=1)]
    assert NightlyJob.objects.get().said == "tidied"


@pytest.mark.django_db
def test_a_job_that_fails_is_told_tried_again_and_stops_no_other(only):
    def broken(now):
        raise LookupError("nowhere")

    only(a_broken=broken, b_fine=lambda now: "fine")
    enlist(at=NOON)
    rows = list(perform_due(clock=lambda: NIGHT))

    assert [(row.name, row.failed) for row in rows] == [("a_broken", True), ("b_fine", False)]
    assert rows[0].said == "LookupError: nowhere"
    assert names(perform_due(clock=lambda: NIGHT + timedelta(hours=1))) == ["a_broken"]


@pytest.mark.django_db
def test_what_is_wrong_with_the_data_is_told_once_a_night(only):
    def unwell(now):
        raise Unwell("Violated: one_owner")

    only(check=unwell)
    enlist(at=NOON)
    (row,) = perform_due(clock=lambda: NIGHT)

    assert (row.failed, row.said) == (True, "Violated: one_owner")
    assert names(perform_due(clock=lambda: NIGHT + timedelta(hours=12))) == []


@pytest.mark.django_db
def test_the_job_of_a_worker_that_died_is_anothers_after_a_while(only):
    class Killed(BaseException):
        """What a kill looks like from inside."""

    def die(now):
        raise Killed

    only(tidy=die)
    enlist(at=NOON)
    with pytest.raises(Killed):
        list(perform_due(clock=lambda: NIGHT))
    only(tidy=lambda now: "tidied")

    assert names(perform_due(clock=lambda: NIGHT + CLAIM - timedelta(seconds=1))) == []
    assert names(perform_due(clock=lambda: NIGHT + CLAIM)) == ["tidy"]


def claims(times: int) -> int:
    enlist(at=NOON)
    return sum(together(lambda _number: claim(name="tidy", at=NIGHT), times))


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_does_a_job(only):
    only(tidy=lambda now: "")

    assert claims(8) == 1


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_claiming_then_would_do_it_several_times(only, monkeypatch):
    both = Barrier(8, timeout=5)

    def look_then_claim(*, name, at):
        due = NightlyJob.objects.filter(name=name, next_at__lte=at).exists()
        with suppress(BrokenBarrierError):
            both.wait()
        NightlyJob.objects.filter(name=name).update(next_at=at + CLAIM)
        return due

    only(tidy=lambda now: "")
    monkeypatch.setattr("tests.config.jobs.test_jobs.claim", look_then_claim)

    assert claims(8) > 1


@pytest.mark.django_db
def test_every_job_of_the_house_can_be_done(capsys):
    call_command("run_jobs")
    said = capsys.readouterr().out

    assert jobs.keys() >= {"check_invariants", "fold_ledger", "prune"}
    assert "invariants hold." in said
    assert "0 entries folded." in said
    assert "Removed: answers 0, deliveries 0, events 0, sessions 0" in said
    assert not NightlyJob.objects.filter(failed=True).exists()


@pytest.mark.django_db
def test_jobs_are_done_by_name_and_listed(capsys):
    call_command("run_jobs", "prune")
    call_command("run_jobs", "--list")
    said = capsys.readouterr().out

    assert said.count("Removed: ") == 2
    assert "fold_ledger: Folds the ledger's tail" in said
    assert said.count("never done yet") == len(jobs) - 1
    with pytest.raises(CommandError, match="No such job: dance"):
        call_command("run_jobs", "dance")


@pytest.mark.django_db
def test_a_failure_is_the_status_of_the_command(only):
    def unwell(now):
        raise Unwell("no")

    only(check=unwell)
    with pytest.raises(SystemExit):
        call_command("run_jobs")


@pytest.mark.django_db
def test_what_the_check_finds_is_told(monkeypatch):
    monkeypatch.setattr("config.checking.violations", lambda: {"one_owner": ["acme", "b"]})

    row = perform("check_invariants", clock=lambda: NOON)

    assert (row.failed, row.said) == (True, "Violated: one_owner (acme)")
    assert nightly.jobs["check_invariants"].meaning.startswith("Asks whether the data hold")
