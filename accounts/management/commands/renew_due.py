"""The command `renew_due`: everything whose term ends on a day."""

import sys
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand

from accounts.mass_renewal import renew_due
from config.progress import bar, silent


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day: write it like 2026-01-31.") from None


class Command(BaseCommand):
    help = (
        "Renews every line whose term ends on a day: what a release, another book or a version "
        "moved gets its new terms. Stopped anywhere, it goes on where it was when run again."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--on", type=day, required=True, help="the day, like 2026-01-31")

    def handle(self, *args, on: date, **options) -> None:
        run = renew_due(on=on, progress=bar if sys.stderr.isatty() else silent)
        self.stdout.write(
            f"{on}: {run.lines_due:,} lines due, {run.lines_moved:,} moved, "
            f"of {run.accounts_moved:,} accounts."
        )
