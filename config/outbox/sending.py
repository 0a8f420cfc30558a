"""Sending one message to one address, and what came of it."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from time import perf_counter

import httpcore

from config.outbox.address import AddressRefused, read_url
from config.outbox.network import CONNECT_SECONDS, Backend, Deadline

TOTAL_SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024
KEPT_OF_ANSWER = 2048
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What the receiver answered, or why there was no answer."""

    status: int | None
    answer: str
    problem: str
    milliseconds: int

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The receiver wants no more messages, ever."""
        return self.status == GONE


def send(*, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    """POST the body, following no redirect and no proxy; whatever goes wrong is an outcome.

    Connecting may take 3 s and everything 10 s, the system's resolver aside. 64 KB of the answer
    are read, 2 KB kept.
    """
    began = perf_counter()
    status, answer, problem = None, b"", ""
    try:
        status, answer = _post(url, headers, body)
    except AddressRefused as refusal:
        problem = str(refusal)
    except (httpcore.TimeoutException, TimeoutError):
        problem = "The receiver did not answer in time."
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError) as error:
        problem = f"{type(error).__name__}: {error}"[:500]
    text = answer[:KEPT_OF_ANSWER].decode("utf-8", "replace").replace("\x00", "\ufffd")
    return Outcome(status, text, problem, round((perf_counter() - began) * 1000))


def _post(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    target = read_url(url)
    timeouts = {"connect": CONNECT_SECONDS, "read": TOTAL_SECONDS, "write": TOTAL_SECONDS}
    backend = Backend(target, Deadline(TOTAL_SECONDS))
    address = httpcore.URL(
        scheme=target.scheme, host=target.host, port=target.port, target=target.path
    )
    with (
        httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend) as pool,
        pool.stream(
            "POST", address, headers=headers, content=body, extensions={"timeout": timeouts}
        ) as response,
    ):
        return response.status, _beginning(response)


def _beginning(response: httpcore.Response) -> bytes:
    found = b""
    for part in response.iter_stream():
        found += part
        if len(found) >= LARGEST_ANSWER:
            break
    return found[:LARGEST_ANSWER]


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
