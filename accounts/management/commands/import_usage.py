"""The command `import_usage`: what customers used, from a CSV file."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.importing.report import Refused, Report
from accounts.importing.usage import import_usage
from config.progress import bar

SHOWN = 20


class Command(BaseCommand):
    help = "Brings what customers used in from a CSV file, all or nothing; safe to repeat."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--usage",
            type=Path,
            required=True,
            help="account, feature, day, value and, if any are no use, kind",
        )
        parser.add_argument(
            "--skip-bad-rows", action="store_true", help="import the rest when rows are wrong"
        )
        parser.add_argument(
            "--json", dest="as_json", action="store_true", help="counts and problems as JSON"
        )

    def handle(self, *, usage: Path, skip_bad_rows: bool, as_json: bool, **options) -> None:
        if not usage.is_file():
            raise CommandError(f"--usage: there is no file {usage}.")
        chosen = {"progress": bar} if sys.stderr.isatty() and not as_json else {}
        try:
            report = import_usage(usage=usage, skip_bad_rows=skip_bad_rows, **chosen)
        except Refused as refusal:
            report, problem = refusal.report, {"code": refusal.code, "detail": str(refusal)}
            if not as_json:
                self._say_problems(report)
                raise CommandError(problem["detail"]) from None
            self._say_json({**problem, **report.as_dict()})
            raise SystemExit(1) from None
        if as_json:
            self._say_json(report.as_dict())
            return
        self._say_problems(report)
        for name, count in sorted(report.counts.items()):
            self.stdout.write(f"{count:>12,}  {name.replace('_', ' ')}")

    def _say_json(self, said: dict) -> None:
        self.stdout.write(json.dumps(said, indent=2))

    def _say_problems(self, report: Report) -> None:
        for problem in report.problems[:SHOWN]:
            self.stderr.write(str(problem))
        if report.bad_rows > SHOWN:
            self.stderr.write(f"... and {report.bad_rows - SHOWN:,} more; --json lists 1,000.")
