"""The command `dispatch_webhooks`: sends what happened to those who want to know."""

import signal
from threading import Event

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.outbox.dispatch import Dispatcher
from config.worker import keep_dispatching


class Command(BaseCommand):
    help = "Sends events to webhook endpoints. Several may run at once; killing one loses nothing."

    def add_arguments(self, parser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="what is due now, then end (default)")
        how.add_argument("--forever", action="store_true", help="until it is told to stop")

    def handle(self, *args, forever: bool, **options) -> None:
        if forever:
            self._forever()
            return
        dispatcher = Dispatcher(timezone.now)
        dispatcher.run()
        self._say(dispatcher.told())

    def _forever(self) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        keep_dispatching(stop=stop, say=self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
