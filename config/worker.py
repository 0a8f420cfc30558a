"""The process beside the web: sends what is due, and does what is asked for and what is nightly."""

from collections.abc import Callable
from contextvars import copy_context
from threading import Event, Thread

from django.db import Error, InterfaceError, OperationalError, connections
from django.utils import timezone

from config.errands import errands
from config.jobs import perform_due
from config.outbox.dispatch import Dispatcher

PAUSE = 1.0  # between two looks at what is to be sent
LOOK = 20.0  # between two looks at what is to be done at night
CANCEL = 0.2
ALIAS = "default"

Say = Callable[[str], None]


def keep(step: Callable[[], None], *, stop: Event, pause: float, say: Say) -> None:
    """Take the step again and again until stopped; a database that is away comes back."""
    while not stop.is_set():
        try:
            step()
        except (OperationalError, InterfaceError) as error:
            # What was under way is done again: deliveries and jobs are claimed for a time only.
            say(f"The database is away: {str(error).strip()}")
            connections[ALIAS].close()
        stop.wait(pause)


def keep_dispatching(*, stop: Event, say: Say) -> None:
    """Send webhooks until stopped; what is under way then is recorded first."""

    def step() -> None:
        dispatcher = Dispatcher(timezone.now)
        try:
            dispatcher.run(stop.is_set)
        finally:
            if dispatcher.counts["attempts"]:
                say(dispatcher.told())

    keep(step, stop=stop, pause=PAUSE, say=say)


def keep_doing_jobs(*, stop: Event, say: Say) -> None:
    """Do nightly jobs as they become due, until stopped."""

    def step() -> None:
        for done in perform_due(clock=timezone.now):
            say(f"{done}: {done.said}")
            if stop.is_set():
                return

    keep(step, stop=stop, pause=LOOK, say=say)


def keep_doing_errands(*, stop: Event, say: Say) -> None:
    """Do what people ask for, until stopped; what is under way then is left to another worker."""

    def step() -> None:
        for errand in errands.values():
            while not stop.is_set() and (done := errand(clock=timezone.now, stop=stop.is_set)):
                say(done)

    keep(step, stop=stop, pause=PAUSE, say=say)


class Beside:
    """Work in a thread of its own, so that no message waits for it."""

    def __init__(self, work: Callable[..., None], *, stop: Event, say: Say) -> None:
        self._work, self._stop, self._say, self._held = work, stop, say, None
        self._fault: BaseException | None = None
        # With what was stated of the writes of this command.
        self._thread = Thread(target=copy_context().run, args=(self._run,))

    def __enter__(self) -> "Beside":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        """Breaks off the statement that runs, if any: a job is done anew, half of one never is."""
        self._stop.set()
        while self._thread.is_alive():
            try:
                if self._held and self._held.connection:
                    self._held.connection.cancel_safe(timeout=1)
            except Error:
                pass  # it has just ended
            self._thread.join(CANCEL)
        if self._fault:
            raise self._fault

    def _run(self) -> None:
        self._held = connections[ALIAS]
        try:
            self._work(stop=self._stop, say=self._say)
        except BaseException as fault:  # noqa: BLE001  (it ends the whole process, below)
            self._fault = fault
            self._stop.set()
        finally:
            self._held.close()


def work(*, stop: Event, say: Say) -> None:
    """Everything that is done beside the web, until stopped. Any number may run at once."""
    nights = Beside(keep_doing_jobs, stop=stop, say=say)
    with nights, Beside(keep_doing_errands, stop=stop, say=say):
        keep_dispatching(stop=stop, say=say)
