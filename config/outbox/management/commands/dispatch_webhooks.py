"""The command `dispatch_webhooks`: sends what happened to those who want to know."""

import signal
from collections import Counter
from threading import Event

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from config.outbox.dispatch import Dispatcher

PAUSE = 1.0


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
        self._say(dispatcher.counts)

    def _forever(self) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            dispatcher = Dispatcher(timezone.now)
            try:
                dispatcher.run(stop.is_set)
            except (OperationalError, InterfaceError) as error:
                # The database comes back; what was under way is sent again then.
                self.stderr.write(f"The database is away: {error}")
                connection.close()
            if dispatcher.counts["attempts"]:
                self._say(dispatcher.counts)
            stop.wait(PAUSE)

    def _say(self, counts: Counter[str]) -> None:
        names = ("created", "attempts", "delivered", "pending", "dead")
        self.stdout.write(", ".join(f"{name} {counts[name]}" for name in names))
        self.stdout.flush()
