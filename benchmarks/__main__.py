"""The command `python -m benchmarks`: see docs/performance.md."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")

NAME = "portico_benchmark"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--accounts", default="10000,100000", help="sizes, with commas between")
    parser.add_argument("--metrics", default="all", help="codes of metrics, or all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--http-rounds", type=int, help="rounds of requests, of 3 s a case; default: --rounds"
    )
    parser.add_argument(
        "--slow",
        type=float,
        default=10,
        metavar="SECONDS",
        help="what takes others longer is asked once, against all rounds of Portico; default: 10",
    )
    parser.add_argument(
        "--document",
        action="store_true",
        help="write the goals, what was found, and a picture of it into docs/performance.md",
    )
    parser.add_argument("--json", type=Path, help="where to write everything found")
    parser.add_argument(
        "--cases", default="questions,http", help="questions, http, offers, with commas between"
    )
    parser.add_argument(
        "--import", dest="imports", action="store_true", help="measure imports, nothing else"
    )
    parser.add_argument(
        "--audit",
        action="store_true",
        help="measure statements and imports with and without the audit trail, nothing else",
    )
    parser.add_argument(
        "--routing",
        action="store_true",
        help="measure rehearsed and single decisions about owners, nothing else",
    )
    parser.add_argument(
        "--renewals",
        type=int,
        help="measure so many renewals of one day and what the ledger costs a line, nothing else",
    )
    parser.add_argument(
        "--grandfathering",
        type=int,
        nargs="?",
        const=200_000,
        metavar="N",
        help="measure the preview of a policy over N lines (default: 200,000), nothing else",
    )
    parser.add_argument(
        "--prices", type=int, help="measure a price book of so many prices, nothing else"
    )
    parser.add_argument(
        "--resolution",
        type=int,
        metavar="N",
        help="measure how N prices are found, one by one, at once and quoted, nothing else",
    )
    parser.add_argument(
        "--draws",
        type=int,
        metavar="N",
        help="measure how many draws of credits are made in a second, by N of them, nothing else",
    )
    parser.add_argument(
        "--rows", default="100000,1000000", help="sizes of audited statements, with commas"
    )
    parser.add_argument(
        "--usage", action="store_true", help="measure the intake of usage, nothing else"
    )
    parser.add_argument(
        "--usage-rows", type=int, default=1_000_000, help="rows of the file; default: a million"
    )
    parser.add_argument(
        "--signals",
        action="store_true",
        help="measure how twenty signal rules are evaluated for books of --accounts, nothing else",
    )
    parser.add_argument(
        "--items", default="100000,1000000", help="sizes of imports, with commas between"
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the databases and use those that were kept"
    )
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


def measured(options: argparse.Namespace, running: ModuleType) -> dict:
    """What was asked for alone; without such a wish, the questions of every size."""
    if options.audit:
        return {"audit": running.measure_audit(f"{NAME}_audit", options, say)}
    if options.renewals:
        lines, rounds = options.renewals, options.rounds
        return {"renewing": running.measure_renewals(f"{NAME}_renewals", lines, rounds, say)}
    if options.prices:
        return {"prices": running.measure_prices(f"{NAME}_prices", options.prices, say)}
    if options.resolution:
        name = f"{NAME}_resolution"
        return {"resolution": running.measure_resolution(name, options.resolution, say)}
    if options.usage:
        return {"usage": running.measure_usage(f"{NAME}_usage", options.usage_rows, say)}
    return _by_size(options, running)


def _by_size(options: argparse.Namespace, running: ModuleType) -> dict:
    if options.grandfathering:
        name, lines = f"{NAME}_policies", options.grandfathering
        return {"grandfathering": running.measure_grandfathering(name, lines, say)}
    if options.draws:
        return {"draws": running.measure_draws(f"{NAME}_draws", options.draws, say)}
    if options.imports:
        sizes = [int(size) for size in options.items.split(",")]
        name = f"{NAME}_import"
        return {"imports": [running.measure_import(name, size, say) for size in sizes]}
    sizes = [int(size) for size in options.accounts.split(",")]
    if options.signals:
        name = f"{NAME}_signals"
        return {"signals": [running.measure_signals(name, size, say) for size in sizes]}
    if options.routing:
        name = f"{NAME}_routing"
        return {"routing": [running.measure_routing(name, size, options, say) for size in sizes]}
    return {"sizes": [running.measure_size(f"{NAME}_{size}", size, options, say) for size in sizes]}


def main() -> None:
    options = arguments()
    import django  # noqa: PLC0415  (help needs none of it)

    django.setup()
    from benchmarks import document, report, running  # noqa: PLC0415
    from benchmarks.goals import verdicts  # noqa: PLC0415
    from benchmarks.targets import targets  # noqa: PLC0415

    command = "python -m benchmarks " + " ".join(sys.argv[1:])
    say(command)
    began = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    found = {"command": command, "began": began, "rounds": options.rounds, "slow": options.slow}
    found |= {**running.environment(say), **measured(options, running)}
    say(report.goals(verdicts(found) if "sizes" in found else targets(found)))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    if options.document:
        document.write(found)


if __name__ == "__main__":
    main()
