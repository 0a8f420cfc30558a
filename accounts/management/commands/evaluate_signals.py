"""The command `evaluate_signals`: what the signal rules notice on a day, and what that opens."""

from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.signals.evaluation import evaluate


class Command(BaseCommand):
    help = "Asks the signal rules about a day and opens opportunities; safe to repeat."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="YYYY-MM-DD; today if left out")

    def handle(self, *, on: date | None, **options) -> None:
        found = evaluate(on=on or timezone.localdate())
        self.stdout.write(f"{found.on}: {len(found.opened):,} opportunities opened")
        for reason, count in sorted(found.suppressed.items()):
            self.stdout.write(f"{count:>12,}  suppressed: {reason.replace('_', ' ')}")
