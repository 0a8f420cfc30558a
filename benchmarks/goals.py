"""What the metrics are to reach at a million accounts, and what a run says of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from benchmarks.rounds import NOISY

AT = 1_000_000  # accounts that the goals are about
GROWTH, LATENCY, UNCHANGED = 3.0, 200.0, 1.0  # times as long, milliseconds, milliseconds
LAST, AMID = "attach matrix, last day of a month", "attach matrix, amid a month"
TRENDS = ("products per customer, 24 months", "revenue mix, 24 months")
# Answered from sums, which grow less than accounts do.
OF_SUMS = (
    LAST,
    AMID,
    "products per customer, amid a month",
    "revenue mix, amid a month",
    *TRENDS,
    "movements, 24 months",
)


@dataclass(frozen=True)
class Goal:
    """How many times as long as Portico others are to take for some questions."""

    number: str
    questions: tuple[str, ...]
    peers: tuple[str, ...]  # how the names of the variants begin: the fastest one counts
    least: float
    name: str


GOALS = (
    Goal("P1", (LAST, AMID), ("self-join SQL, two workers",), 45, "self-join SQL, two workers"),
    Goal("P1", (LAST, AMID), ("self-join SQL, no workers",), 80, "self-join SQL, none"),
    Goal("P2", (LAST, AMID), ("DuckDB",), 1.5, "DuckDB on raw columns"),
    Goal("P3", TRENDS, ("24 ORM queries",), 900, "24 ORM queries"),
    Goal("P4", TRENDS, ("NumPy",), 2, "one native pass"),
    Goal("P5", ("movements, 24 months",), ("window SQL",), 5_000, "window SQL"),
    Goal("P6", ("time to second product",), ("window SQL",), 500, "window SQL"),
    Goal("P7", ("adoption order",), ("self-join SQL",), 90, "self-join SQL"),
    Goal("P8", ("NRR and GRR, two dates",), ("two-CTE SQL",), 25, "two-CTE SQL"),
    Goal("P8", ("NRR and GRR, two dates",), ("DuckDB",), 1, "DuckDB on raw columns"),
    Goal("P9", ("NRR, 24 trailing windows",), ("24 queries",), 100, "24 queries"),
)


@dataclass(frozen=True)
class Verdict:
    """A line of the table: milliseconds of Portico and of the other, and how they compare."""

    number: str
    question: str
    peer: str
    goal: str
    measured: str
    outcome: Literal["met", "missed", "not measured"]
    ours: str = ""
    processor: str = ""
    theirs: str = ""
    their_processor: str = ""


def verdicts(found: dict) -> list[Verdict]:
    """Of a run, what it says of each goal: of ratios at its largest size, of growth by size.

    Without a million accounts it tells ratios, and no verdict; of other cases nothing.
    """
    sizes = sorted(found["sizes"], key=lambda size: size["accounts"])
    last = sizes[-1]
    if not last.keys() & {"questions", "http"}:
        return []
    told = {each["question"]: each["timings"] for each in last.get("questions", [])}
    rows = [row for goal in GOALS for row in _against(goal, told)]
    rows += [*_over_http(last.get("http", [])), *_unchanged(told)]
    if last["accounts"] < AT:
        rows = [replace(row, outcome="not measured") for row in rows]
    return sorted([*rows, *_growth(sizes)], key=lambda row: int(row.number[1:]))


def _against(goal: Goal, told: dict) -> Iterator[Verdict]:
    wanted = f">= {goal.least:g}x"
    for question in goal.questions:
        timings = told.get(question)
        if not timings:
            yield Verdict(goal.number, question, goal.name, wanted, "", "not measured")
            continue
        ours = timings[0]
        others = [each for each in timings if each["variant"].startswith(goal.peers)]
        peer = min(others, key=lambda each: each["ratio"])
        yield Verdict(
            goal.number,
            question,
            goal.name,
            wanted,
            f"{shortly(peer['ratio'])}x",
            "met" if peer["ratio"] >= goal.least else "missed",
            milliseconds(ours),
            shortly(ours["processor_ms"]),
            milliseconds(peer),
            shortly(peer["processor_ms"]),
        )


def milliseconds(timing: dict) -> str:
    """The median, marked where it ran once or its rounds differ much."""
    marks = " *" * (timing["rounds"] == 1) + " ~" * timing["noisy"]
    return shortly(timing["median_ms"]) + marks


def shortly(value: float) -> str:
    """With three digits, and without a fraction from a hundred on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _growth(sizes: list[dict]) -> Iterator[Verdict]:
    """Of what is read from sums, the most that ten times as many accounts add."""
    last = sizes[-1]["accounts"]
    told = {
        size["accounts"]: {each["question"]: each["timings"][0] for each in size["questions"]}
        for size in sizes
        if "questions" in size
    }
    both = [each for each in OF_SUMS if all(each in told.get(n, {}) for n in (last, last // 10))]
    if not both:
        yield Verdict("P10", "figures of sums", "", f"<= {GROWTH:g}x", "", "not measured")
    for question in both:
        before, after = (told[size][question]["processor_ms"] for size in (last // 10, last))
        peer = f"from {last // 10:,} to {last:,} accounts, processor time"
        outcome = "met" if after <= GROWTH * before else "missed"
        # The goal is about the step to ten million.
        outcome = outcome if last == 10 * AT else "not measured"
        yield Verdict("P10", question, peer, f"<= {GROWTH:g}x", f"{after / before:.2g}x", outcome)


def _over_http(cases: list[dict]) -> Iterator[Verdict]:
    """Questions that are new, asked by four clients at once."""
    several = [case for case in cases if case["clients"] > 1]
    goal = f"<= {LATENCY:g} ms"
    if not several:
        yield Verdict("P11", "new questions", "four clients", goal, "", "not measured")
        return
    slowest = max(several, key=lambda case: case["p95_ms"])
    kept = sum(case["p95_ms"] <= LATENCY for case in several)
    yield Verdict(
        "P11",
        f"new questions, {kept} of {len(several)} kinds within; slowest: {slowest['case']}",
        f"{slowest['clients']} clients, p95",
        goal,
        f"{slowest['p95_ms']:,.0f} ms" + " ~" * slowest["noisy"],
        "met" if kept == len(several) else "missed",
    )


def _unchanged(told: dict) -> Iterator[Verdict]:
    timings = told.get(LAST)
    if not timings:
        yield Verdict("P12", "unchanged question", "", f"<= {UNCHANGED:g} ms", "", "not measured")
        return
    cached = next(each for each in timings if each["variant"] == "portico, cached")
    yield Verdict(
        "P12",
        "unchanged question",
        "by the engine, no HTTP",
        f"<= {UNCHANGED:g} ms",
        f"{cached['median_ms']:.2g} ms" + " ~" * (cached["max_ms"] > NOISY * cached["min_ms"]),
        "met" if cached["median_ms"] <= UNCHANGED else "missed",
    )
