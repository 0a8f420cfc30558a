"""Connections to checked addresses only, none of which lasts longer than it may."""

import ssl
from collections.abc import Iterable
from time import monotonic

import httpcore

from config.outbox.address import Target, resolve

CONNECT_SECONDS = 3.0


class Deadline:
    """The moment at which everything must be over."""

    def __init__(self, seconds: float) -> None:
        self.at = monotonic() + seconds

    def within(self, timeout: float | None) -> float:
        """What is left, at most the timeout; raises ReadTimeout when nothing is."""
        left = self.at - monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("It took too long altogether.")
        return left if timeout is None else min(left, timeout)


class Stream(httpcore.NetworkStream):
    """A connection each step of which ends by the deadline, so that drops cannot keep it open."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.inner = inner
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.deadline.within(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self.deadline.within(timeout)
        return Stream(self.inner.start_tls(ssl_context, server_hostname, left), self.deadline)

    def get_extra_info(self, info: str):
        return self.inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Looks the host up once, checks every address, and connects to one of those it checked.

    Name and certificate stay those of the host: only the socket knows the number.
    """

    def __init__(self, target: Target, deadline: Deadline) -> None:
        self.target = target
        self.deadline = deadline
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable | None = None,
    ) -> httpcore.NetworkStream:
        if (host, port) != (self.target.host, self.target.port):
            raise httpcore.ConnectError(f"Not asked to connect to {host}:{port}.")
        failure = httpcore.ConnectError("The host has no address.")
        for address in resolve(self.target):
            try:
                left = self.deadline.within(timeout)
                return Stream(
                    self.inner.connect_tcp(address, port, left, None, socket_options), self.deadline
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure
