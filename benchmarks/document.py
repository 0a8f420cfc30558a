"""What a run found, written into docs/performance.md between its marks, and as a picture."""

import re
from pathlib import Path

from benchmarks.curves import curves
from benchmarks.goals import Verdict, verdicts

DOCS = Path(__file__).parent.parent / "docs"
PAGE, PICTURE = "performance.md", Path("images") / "cost-by-size.svg"
BEGIN, END = "<!-- what the last run found -->", "<!-- until here -->"
HEAD = (
    "| | Question | Against | Goal | Measured | | Portico ms | processor ms | the other ms "
    "| processor ms |"
)
RULE = "|---" * 10 + "|"


def write(found: dict, docs: Path = DOCS) -> None:
    """Puts the goals, the requests and the picture of a run in the place of the last one's."""
    picture = docs / PICTURE
    if len(found["sizes"]) > 1:
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_text(curves(found["sizes"]) + "\n")
    page = docs / PAGE
    told = f"{BEGIN}\n{section(found, drawn=picture.exists())}\n{END}"
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    text, places = pattern.subn(lambda _: told, page.read_text())
    if places != 1:
        raise ValueError(f"{page} has no place for what was found: {BEGIN} ... {END}.")
    page.write_text(text)


def section(found: dict, *, drawn: bool) -> str:
    rows = verdicts(found)
    parts = [_about(found), _table(rows), _marks(found)]
    cases = found["sizes"][-1].get("http", [])
    parts += [_requests(cases)] if cases else []
    parts += [f"![Milliseconds by number of accounts]({PICTURE.as_posix()})"] if drawn else []
    return "\n\n".join(parts)


def _about(found: dict) -> str:
    machine, versions = found["machine"], found["versions"]
    last = found["sizes"][-1]
    server = last["settings"]
    loads = "; ".join(
        f"{size['accounts']:,} accounts, {size['items']:,} lines: load {size['load_before']} at "
        f"the start, {size['load_after']} at the end"
        for size in found["sizes"]
    )
    command = re.sub(r" --json[ =]\S+", "", found["command"])  # a file of who ran it
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"`{command}`, {found['began']}: {machine['processors']} processors, "
        f"{machine['memory_gib']} GiB; PostgreSQL {server['server_version']} "
        f"(`shared_buffers` {server['shared_buffers']}, `jit` {server['jit']}), {named}.\n{loads}."
    )


def _table(rows: list[Verdict]) -> str:
    lines = [
        f"| {row.number} | {row.question} | {row.peer} | {row.goal} | {row.measured} "
        f"| {row.outcome} | {row.ours} | {row.processor} | {row.theirs} "
        f"| {row.their_processor} |"
        for row in rows
    ]
    return "\n".join([HEAD, RULE, *lines])


def _marks(found: dict) -> str:
    return (
        f"Medians of {found['rounds']} rounds; a ratio is the median of the ratios of each round. "
        f"`*` ran once, when the answers were compared: it takes more than {found['slow']:g} s. "
        "`~` is noisy. Of several ways to write the other's question the fastest counts. Processor "
        "time is that of Python and of PostgreSQL together, without parallel workers."
    )


def _requests(cases: list[dict]) -> str:
    lines = [
        f"| {case['case']} | {case['clients']} | {case['p50_ms']:,.1f} | {case['p95_ms']:,.1f}"
        f"{' ~' * case['noisy']} | {case['requests']:,} |"
        for case in cases
    ]
    head = ["| Requests | clients | p50 ms | p95 ms | answers |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines])
