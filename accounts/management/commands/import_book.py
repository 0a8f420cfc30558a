"""The command `import_book`: a book of customers from CSV files."""

import json
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.importing import Refused, Report, import_book
from config.progress import bar

SHOWN = 20
WANTED = (
    "accounts",
    "items",
    "offers",
    "currency",
    "portfolio",
    "create_accounts",
    "skip_bad_rows",
    "correct",
)


class Command(BaseCommand):
    help = "Brings accounts and what they hold in from CSV files, all or nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--accounts", type=Path, help="account_id, segment, region, created")
        parser.add_argument(
            "--items",
            type=Path,
            help="account_id, product, tier, start_date, end_date (exclusive), mrr_cents",
        )
        parser.add_argument(
            "--offers",
            type=Path,
            help="offer_id, account_id, motion, variant, offered_at, decided_at, outcome, "
            "mrr_delta_cents",
        )
        parser.add_argument("--currency", default="USD", help="of every amount (ISO 4217)")
        parser.add_argument("--portfolio", default="imported", help="home of unknown products")
        parser.add_argument(
            "--create-accounts", action="store_true", help="make unknown accounts of items"
        )
        parser.add_argument(
            "--skip-bad-rows", action="store_true", help="import the rest when rows are wrong"
        )
        parser.add_argument(
            "--correct", action="store_true", help="void and rewrite what the files say otherwise"
        )
        parser.add_argument("--json", action="store_true", help="counts and problems as JSON")

    def handle(self, *args, **options) -> None:
        as_json = options["json"]
        self._check_files(options)
        chosen = {"progress": bar} if sys.stderr.isatty() and not as_json else {}
        try:
            report = import_book(**{name: options[name] for name in WANTED}, **chosen)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except Refused as refusal:
            if not as_json:
                self._say_problems(refusal.report)
            problem = {"code": refusal.code, "detail": str(refusal), **refusal.report.as_dict()}
            self._refuse(problem, as_json)
        else:
            self._say(report, as_json)

    def _check_files(self, options: dict) -> None:
        names = ("accounts", "items", "offers")
        if not any(options[name] for name in names):
            raise CommandError("Name a file: --accounts FILE, --items FILE, --offers FILE.")
        for name in names:
            path = options[name]
            if path and not path.is_file():
                raise CommandError(f"--{name}: there is no file {path}.")

    def _refuse(self, problem: dict, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(problem, indent=2))
            raise SystemExit(1)
        raise CommandError(problem["detail"])

    def _say(self, report: Report, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), indent=2))
            return
        self._say_problems(report)
        for name, count in sorted(report.counts.items()):
            self.stdout.write(f"{count:>12,}  {name.replace('_', ' ')}")
        for column in report.ignored_columns:
            self.stdout.write(f"Not read: column {column}.")

    def _say_problems(self, report: Report) -> None:
        for problem in report.problems[:SHOWN]:
            self.stderr.write(str(problem))
        if report.bad_rows > SHOWN:
            self.stderr.write(f"... and {report.bad_rows - SHOWN:,} more; --json lists 1,000.")
