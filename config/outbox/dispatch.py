"""Working through what is due, each endpoint at its own pace."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime

from config.outbox import deliveries
from config.outbox.messages import Message, message
from config.outbox.models import WebhookDelivery, WebhookEndpoint
from config.outbox.sending import Outcome, send

AT_ONCE = 4  # messages on their way to one endpoint
ENDPOINTS = 10
PATIENCE = 0.2  # seconds until others are looked after while a slow receiver is waited for
COUNTED = ("created", "attempts", "delivered", "pending", "dead")

Send = Callable[..., Outcome]


class Dispatcher:
    """Sends from threads that never touch the database; one thread claims and records.

    Any number may run, and each may die at any moment: what it had claimed and not recorded is
    sent once more. A slow receiver holds up nobody else, for each endpoint has its own share of
    the threads.
    """

    def __init__(self, clock: Callable[[], datetime], send: Send = send) -> None:
        self.clock = clock
        self.send = send
        self.counts: Counter[str] = Counter()
        self._under_way: dict[Future, tuple[WebhookDelivery, Message, datetime]] = {}

    def run(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Until nothing is due, or it is stopped; what is under way is always recorded."""
        with ThreadPoolExecutor(AT_ONCE * ENDPOINTS) as pool:
            while True:
                if not stopped():
                    self.counts["created"] += deliveries.create_deliveries(at=self.clock())
                    self._start(pool)
                if not self._under_way:
                    return
                self._finish()

    def told(self) -> str:
        """The counts in words."""
        return ", ".join(f"{name} {self.counts[name]}" for name in COUNTED)

    def _start(self, pool: ThreadPoolExecutor) -> None:
        busy = Counter(row.endpoint_id for row, _, _ in self._under_way.values())
        active = WebhookEndpoint.objects.filter(active=True).values_list("pk", flat=True)
        for endpoint in active:
            free = AT_ONCE - busy[endpoint]
            if free <= 0:
                continue
            at = self.clock()
            for row in deliveries.claim(endpoint=endpoint, most=free, at=at):
                text = message(row, at=at)
                sent = pool.submit(
                    self.send, url=row.endpoint.url, headers=text.signed_headers, body=text.body
                )
                self._under_way[sent] = row, text, at

    def _finish(self) -> None:
        done, _ = wait(self._under_way, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        for sent in done:
            row, text, at = self._under_way.pop(sent)
            state = deliveries.record(
                delivery=row, outcome=sent.result(), headers=text.headers, at=at
            )
            self.counts["attempts"] += 1
            self.counts[state] += 1


def dispatch(*, now: datetime, send: Send = send) -> Counter[str]:
    """Make deliveries of what happened and try everything that is due at the moment, once.

    Answers counts: `created`, `attempts`, and by state `delivered`, `pending` (failed, to be
    tried again) and `dead`. A command, a job queue and a test call this alike.
    """
    dispatcher = Dispatcher(lambda: now, send)
    dispatcher.run()
    return dispatcher.counts
