"""A receiver on this machine, and an endpoint that points to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from config.access.models import User
from config.outbox.models import WebhookEndpoint


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Remembers what it got; answers what it was told to, in turn, then 204."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[int, dict, bytes]] = field(default_factory=list)

    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.requests]


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.requests.append(Request(self.path, dict(self.headers), body))
            status, headers, text = found.answers.pop(0) if found.answers else (204, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *words):
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, request, client_address):
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}/"
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def endpoint(receiver):
    """Makes an endpoint whose owner may see everything."""

    def make(**facts) -> WebhookEndpoint:
        owner, _ = User.objects.get_or_create(email="owner@example.org", is_superuser=True)
        return WebhookEndpoint.objects.create(**{"url": receiver.url, "owner": owner, **facts})

    return make
