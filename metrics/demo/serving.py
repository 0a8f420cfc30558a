"""Serving the demo on this machine alone, and leaving nothing running afterwards."""

import errno
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)
from django.db import connection, connections

from config.localpg.place import place
from config.localpg.server import stop

HOST = "127.0.0.1"
FIRST_PORT, LAST_PORT = 8000, 8099
PATIENCE = 3  # seconds that requests under way may take to finish


class PortTaken(Exception):
    """No port is left to serve on."""


class Server(ThreadedWSGIServer):
    """Django's threaded server, which can also hang up on whoever keeps a line open."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lines: set[socket.socket] = set()
        self.ended = Condition()

    def process_request(self, request, client_address) -> None:
        self.lines.add(request)
        super().process_request(request, client_address)

    def close_request(self, request) -> None:
        super().close_request(request)  # also gives the thread's database connection back
        with self.ended:
            self.lines.discard(request)
            self.ended.notify_all()

    def hang_up(self) -> None:
        """End every connection; answers under way are finished, for as long as patience lasts."""
        self.server_close()
        for line in list(self.lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD)
        with self.ended:
            self.ended.wait_for(lambda: not self.lines, timeout=PATIENCE)


def open_server(port: int | None) -> Server:
    """A server on the port, or on the first free one from 8000. Raises PortTaken."""
    wanted = [port] if port else range(FIRST_PORT, LAST_PORT + 1)
    for candidate in wanted:
        try:
            return Server((HOST, candidate), WSGIRequestHandler)
        except OSError as refused:
            if refused.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    ports = f"Port {port} is" if port else f"The ports {FIRST_PORT} to {LAST_PORT} are"
    raise PortTaken(f"{ports} not free; name another with --port.")


def serve(server: Server, *, announce: Callable[[int], None]) -> None:
    """Answer requests until interrupted; `announce` is told the port first."""
    server.set_app(StaticFilesHandler(get_internal_wsgi_application()))
    connection.close()  # threads have connections of their own
    try:
        announce(server.server_port)
        server.serve_forever()
    finally:
        server.hang_up()


@contextmanager
def interruptible() -> Iterator[None]:
    """Inside, SIGTERM and a closed terminal end the program as Ctrl-C does."""

    def interrupt(*_) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def stop_database() -> bool:
    """Stop the embedded server unless somebody else uses it. Whether it was stopped."""
    embedded = connection.settings_dict["HOST"] == str(place().socket)
    connections.close_all()
    if not embedded:
        return False
    for _ in range(10):
        if stop(if_idle=True):
            return True
        time.sleep(0.1)  # the server needs a moment to notice that our connections are closed
    return False
