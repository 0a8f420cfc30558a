"""What is done every night, once, by whichever worker comes first."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from config.models import NightlyJob
from config.registry import Registry

logger = logging.getLogger("portico.jobs")

CLAIM = timedelta(hours=2)  # longer than a job takes; after it, a dead worker's job is another's
RETRY = timedelta(hours=1)
Clock = Callable[[], datetime]


class Unwell(Exception):
    """What a job found to be wrong, in words; doing it again the same night would not help."""


@dataclass(frozen=True)
class Job:
    """What is done, and the function that does it and says in a few words what came of it."""

    meaning: str
    run: Callable[..., str]


jobs: Registry[Job] = Registry(
    "config.retention", "config.checking", "pricing.jobs", "accounts.jobs", "metrics.jobs"
)


def job(function: Callable[..., str]) -> Callable[..., str]:
    """Put a function on the list: its docstring is the meaning, it is called with `now=`.

    It may be stopped anywhere and be done twice: whatever it does, it does in transactions.
    """
    meaning = " ".join((function.__doc__ or "").split())
    jobs.add(function.__name__, Job(meaning, function))
    return function


def next_night(*, after: datetime) -> datetime:
    """The first time after the instant at which nights begin: NIGHTLY_AT on the house's clock."""
    local, begins = timezone.localtime(after), time.fromisoformat(settings.NIGHTLY_AT)
    tonight = datetime.combine(local.date(), begins, tzinfo=local.tzinfo)
    if tonight > after:
        return tonight
    return datetime.combine(local.date() + timedelta(days=1), begins, tzinfo=local.tzinfo)


def enlist(*, at: datetime) -> None:
    """Let jobs that were never done begin with the coming night."""
    new = [NightlyJob(name=name, next_at=next_night(after=at)) for name in jobs]
    NightlyJob.objects.bulk_create(new, ignore_conflicts=True)


def claim(*, name: str, at: datetime) -> bool:
    """Whether the job is due and now the caller's; nobody else gets it while the claim lasts."""
    due = NightlyJob.objects.filter(name=name, next_at__lte=at)
    return due.update(next_at=at + CLAIM, begun_at=at) == 1


def perform(name: str, *, clock: Clock) -> NightlyJob:
    """Do a job now, whether it is due or not, and keep what came of it."""
    begun = clock()
    try:
        said, failed, wait = jobs[name].run(now=begun), False, None
    except Unwell as problem:
        said, failed, wait = str(problem), True, None
    except Exception as error:  # whatever it is, it is told, and the others go on
        logger.exception("%s failed", name)
        said, failed, wait = f"{type(error).__name__}: {error}", True, RETRY
    ended = clock()
    row, _ = NightlyJob.objects.update_or_create(
        name=name,
        defaults={
            "begun_at": begun,
            "ended_at": ended,
            "failed": failed,
            "said": said[:1000].replace("\0", " "),
            "next_at": ended + wait if wait else next_night(after=ended),
        },
    )
    logger.log(logging.ERROR if failed else logging.INFO, "%s: %s", name, row.said)
    return row


def perform_due(*, clock: Clock) -> Iterator[NightlyJob]:
    """Do the jobs that are due and that no other worker is doing."""
    enlist(at=clock())
    for name in jobs:
        if claim(name=name, at=clock()):
            yield perform(name, clock=clock)
