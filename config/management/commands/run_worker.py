"""The command `run_worker`: everything that is done beside the web processes."""

import signal
from threading import Event

from django.core.management.base import BaseCommand

from config.worker import work


class Command(BaseCommand):
    help = (
        "Sends webhooks within seconds and does the nightly jobs, until SIGTERM. Several may run "
        "at once; killing one loses nothing."
    )

    def handle(self, *args, **options) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        work(stop=stop, say=self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
