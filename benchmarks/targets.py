"""What everything beside the metrics is to reach, and what a run of its switch says of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.goals import Verdict


@dataclass(frozen=True)
class Target:
    """A figure that a run finds, and the most or the least that it is to be.

    `size` is the figure that tells how large the run was, and how large the goal means it; a
    smaller run is told without a verdict. None: any.
    """

    number: str
    what: str
    figure: Callable[[dict], float | None]
    limit: float
    unit: str
    size: tuple[str, int] | None = None
    at_least: bool = False

    def told(self, found: dict) -> Verdict | None:
        value = self.figure(found)
        if value is None:
            return None
        kept = value >= self.limit if self.at_least else value <= self.limit
        outcome = "met" if kept else "missed"
        peer = ""
        if self.size:
            size = found[self.size[0]]
            peer = f"{size:,} {self.size[0]}"
            outcome = outcome if size >= self.size[1] else "not measured"
        goal = f"{'>=' if self.at_least else '<='} {self.limit:,g} {self.unit}"
        return Verdict(self.number, self.what, peer, goal, f"{value:,.4g} {self.unit}", outcome)


def _slowest(found: dict, words: str) -> float | None:
    """Of the stages of a price book whose names hold these words."""
    return max((taken for name, taken in found["seconds"].items() if words in name), default=None)


def _audited(found: dict) -> float | None:
    """The slowest of the statements over the most rows."""
    statements = [each for each in found["statements"] if each["rows"] == found["rows"]]
    return max((each["seconds_with"] for each in statements), default=None)


def _beside_imports(found: dict) -> float | None:
    ratios = [each["seconds_with"] / each["seconds_without"] for each in found["imports"]]
    return max(ratios, default=None)


MILLION, LARGE = 1_000_000, 100_000
TARGETS = {
    "usage": (
        Target("P16", "usage file", lambda f: f["file_seconds"], 10, "s", ("rows", MILLION)),
        Target("P16", "told again", lambda f: f["replay_seconds"], 3, "s", ("rows", MILLION)),
    ),
    "renewing": (
        Target("P17", "ledger on the write of a line", lambda f: f["ledger"]["ratio"], 1.6, "x"),
    ),
    "resolution": (
        Target("P18", "one price, p99", lambda f: f["one"]["p99"], 20, "ms"),
        Target("P18", "a quote, p99", lambda f: f["quote"]["p99"], 50, "ms"),
        Target(
            "P18",
            "prices at once",
            lambda f: f["many"]["pairs_per_second"],
            20_000,
            "a second",
            at_least=True,
        ),
    ),
    "grandfathering": (
        Target("P19", "preview of a policy", lambda f: f["seconds"], 30, "s", ("lines", 200_000)),
    ),
    "routing": (
        Target(
            "P20",
            "rehearsal, dry",
            lambda f: min(f["rehearsal_s"]),
            60,
            "s",
            ("accounts", MILLION),
        ),
        Target("P20", "one decision explained", lambda f: f["explain_ms"]["median"], 20, "ms"),
    ),
    "prices": (
        Target(
            "P15",
            "sheet staged, against django-import-export",
            lambda f: f["rows_per_second"] / f["peer_rows_per_second"],
            100,
            "x",
            ("prices", LARGE),
            at_least=True,
        ),
        Target(
            "", "upload to preview", lambda f: _slowest(f, "upload"), 10, "s", ("prices", LARGE)
        ),
        Target("", "publication", lambda f: _slowest(f, "published"), 10, "s", ("prices", LARGE)),
    ),
    "signals": (
        Target("", "noticing", lambda f: f["notice_seconds"], 120, "s", ("accounts", MILLION)),
    ),
    "audit": (
        Target("", "a statement audited", _audited, 60, "s", ("rows", MILLION)),
        Target("", "an import, with audit against without", _beside_imports, 2, "x"),
    ),
}


def targets(found: dict) -> Iterator[Verdict]:
    """What a run says of the goals of what it measured."""
    for name, wanted in TARGETS.items():
        runs = found.get(name, [])
        for run in runs if isinstance(runs, list) else [runs]:
            told = (target.told(run) for target in wanted)
            yield from filter(None, told)
