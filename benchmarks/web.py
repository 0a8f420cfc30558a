"""The metrics over HTTP: gunicorn on loopback, asked by clients in another process."""

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from statistics import median, quantiles
from time import monotonic, sleep

from benchmarks.questions import LAST
from benchmarks.rounds import NOISY
from config.access.keys import issue
from config.access.models import User
from config.access.scopes import Scope
from metrics.registry import metrics

SECONDS = 3
# Asked by one client, too, and of everybody and of slices apart; the others by four, of anybody.
METRICS = (
    "attach-rate",
    "products-per-customer",
    "multi-product-revenue-mix",
    "net-revenue-retention",
    "mrr-movements",
)
# Who is asked about: everybody, or those of one segment or region.
SLICES = {
    "all customers": [""],
    "a segment or region": ["segment=smb", "segment=mid", "region=emea", "region=latam"],
}
UNCHANGED = f"/api/v1/metrics/attach-rate/?on={LAST}"
# A process of one thread answers one question at a time; with keep-alive it needs threads.
SERVER = ("--workers", "2", "--worker-class", "sync")
KEEPING = ("--workers", "1", "--worker-class", "gthread", "--threads", "1", "--keep-alive", "30")


@dataclass
class Case:
    """A kind of request and, round by round, its latencies in milliseconds."""

    name: str
    make_paths: Callable[[], list[str]]
    clients: int = 1
    headers: dict = field(default_factory=dict)
    expected: int = 200
    keep_alive: bool = False
    rounds: list[list[float]] = field(default_factory=list)

    def as_dict(self) -> dict:
        tops = [quantiles(latencies, n=20)[-1] for latencies in self.rounds]
        middles = [median(latencies) for latencies in self.rounds]
        return {
            "case": self.name,
            "clients": self.clients,
            "p50_ms": round(median(middles), 3),
            "p95_ms": round(median(tops), 3),
            "p95_of_rounds_ms": [round(top, 1) for top in tops],
            "requests": sum(map(len, self.rounds)),
            "noisy": max(tops) > NOISY * min(tops),
        }


def measure(rounds: int, say: Callable[[str], None]) -> list[dict]:
    """Uncached questions by one client and by four, then an unchanged one on one connection."""
    user, _ = User.objects.get_or_create(email="bench@example.org", defaults={"is_superuser": True})
    headers = {
        "Authorization": f"Bearer {issue(name='bench', owner=user, scopes=[Scope.METRICS_READ])[1]}"
    }
    uncached = [
        Case(f"{metric}, {who}", lambda m=metric, s=slices: _fresh(m, s), clients)
        for metric in METRICS
        for who, slices in SLICES.items()
        for clients in (1, 4)
    ]
    anybody = [each for slices in SLICES.values() for each in slices]
    uncached += [
        Case(f"{metric}, anybody", lambda m=metric: _fresh(m, anybody), 4)
        for metric in metrics
        if metric not in METRICS
    ]
    with serving(*SERVER) as port:
        _run(uncached, port, headers, rounds, say)
    with serving(*KEEPING) as port:
        mark = _etag(port, headers)
        unchanged = [
            Case("unchanged, 304", _same, headers={"If-None-Match": mark}, expected=304),
            Case("unchanged, cached", _same),
        ]
        for case in unchanged:
            case.keep_alive = True
        _run(unchanged, port, headers, rounds, say)
    return [case.as_dict() for case in [*uncached, *unchanged]]


def _run(cases: list[Case], port: int, headers: dict, rounds: int, say: Callable) -> None:
    for number in range(rounds + 1):
        for case in cases:
            job = {
                "port": port,
                "headers": {**headers, **case.headers},
                "paths": case.make_paths(),
                "clients": case.clients,
                "seconds": SECONDS if number else 1,
                "expected": case.expected,
                "keep_alive": case.keep_alive,
            }
            latencies = _asked(job)
            if number:  # the first round only warms up
                case.rounds.append(latencies)
        say(f"    round {number} of {rounds}")


def _asked(job: dict) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.clients"],
        input=json.dumps(job),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=SECONDS + 60,
    )
    return json.loads(done.stdout)


_dice = random.Random(1)  # noqa: S311  (which days are asked for is no secret)


def _fresh(metric: str, slices: list[str]) -> list[str]:
    """Questions that nobody has asked yet: any day of three years, at a level of its own."""
    return [
        f"/api/v1/metrics/{metric}/?on={LAST - timedelta(days=_dice.randrange(1095))}"
        f"&level=0.9{_dice.randrange(100_000):05}&{_chosen(metric, slices)}".rstrip("&")
        for _ in range(2_000)
    ]


def _chosen(metric: str, slices: list[str]) -> str:
    """A slice; none for a metric that knows no such filter."""
    some = _dice.choice(slices)
    return some if some.split("=")[0] in ("", *metrics[metric].parameters) else ""


def _same() -> list[str]:
    return [UNCHANGED] * 10_000


def _etag(port: int, headers: dict) -> str:
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", UNCHANGED, headers=headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.headers["ETag"]


@contextmanager
def serving(*options: str) -> Iterator[int]:
    """gunicorn on a free port of loopback, ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, *options, "--log-level", "warning"], env=os.environ.copy())
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    until = monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.1)
        else:
            return
