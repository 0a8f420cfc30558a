"""A receiver of webhooks and a worker beside the demo, so that a visitor sees what they do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from django.db import connections
from standardwebhooks import Webhook, WebhookVerificationError

from config.access.models import User
from config.outbox.models import WebhookEndpoint
from config.worker import keep_dispatching, keep_doing_errands
from metrics.demo.people import PERSONAS

DESCRIPTION = "The demo's own receiver"
LARGEST = 64 * 1024
Say = Callable[[str], None]


@contextmanager
def webhooks(*, host: str, say: Say) -> Iterator[None]:
    """Inside, events are sent to an endpoint of this process, which tells of each one it takes."""
    with ThreadingHTTPServer((host, 0), Taking) as receiver:
        endpoint = point_to(f"http://{host}:{receiver.server_port}/")
        receiver.secret, receiver.say = endpoint.secret, say
        stop = Event()
        threads = [
            Thread(target=receiver.serve_forever, args=(0.1,)),
            Thread(target=_beside, args=(keep_dispatching, stop)),
            Thread(target=_beside, args=(keep_doing_errands, stop)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads[1:]:
                thread.join()
            receiver.shutdown()
            threads[0].join()


def point_to(url: str) -> WebhookEndpoint:
    """The demo's endpoint, at this run's address; what it has missed since the last is sent."""
    known = WebhookEndpoint.objects.filter(description=DESCRIPTION).order_by("id").first()
    endpoint = known or WebhookEndpoint(description=DESCRIPTION)
    endpoint.url, endpoint.active = url, True
    endpoint.owner = User.objects.get(email=PERSONAS[0].email)
    endpoint.full_clean()
    endpoint.save()
    return endpoint


def _beside(work: Callable[..., None], stop: Event) -> None:
    try:
        work(stop=stop, say=lambda line: None)
    finally:
        connections.close_all()


class Taking(BaseHTTPRequestHandler):
    """Takes what is signed, as a careful receiver does."""

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
        try:
            message = Webhook(self.server.secret).verify(body, dict(self.headers))
        except WebhookVerificationError:
            self.send_response(400)
        else:
            data = message["data"]
            what = data.get("change", "")
            self.server.say(f"Webhook    {message['type']} {data['subject']} {what}".rstrip())
            self.send_response(204)
        self.end_headers()

    def log_message(self, *words) -> None:
        """What is taken is told by `say`."""
