"""The command `preview_policy`: what a grandfathering policy would do, however large the book."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.grandfathering.recording import record_preview
from accounts.grandfathering.scope import lines_in_scope
from config.errors import DomainError
from config.postgresql.limits import allow_long_work
from config.progress import bar, silent
from pricing.models import GrandfatheringPolicy


class Command(BaseCommand):
    help = "Previews a grandfathering policy; broken off, it leaves everything as it was."

    def add_arguments(self, parser) -> None:
        parser.add_argument("code", help="of the policy")

    def handle(self, *args, code: str, **options) -> None:
        policy = GrandfatheringPolicy.objects.filter(code=code).first()
        if policy is None:
            raise CommandError(f"There is no policy {code}.")
        shown = bar if sys.stderr.isatty() else silent
        try:
            with transaction.atomic():
                allow_long_work()
                with shown("Previewing lines", lines_in_scope(policy).count()) as advance:
                    policy = record_preview(policy=policy, advance=advance)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            raise CommandError("Given up: policy and preview are as they were.") from None
        totals = policy.preview.totals
        self.stdout.write(
            f"{totals['lines']:,} lines of {totals['accounts']:,} customers. The number of the "
            f"preview is {policy.preview_hash}."
        )
