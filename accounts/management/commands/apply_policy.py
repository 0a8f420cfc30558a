"""The command `apply_policy`: locks what an approved policy protects, however large the book."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.grandfathering.applying import apply
from config.errors import DomainError
from config.progress import bar, silent
from pricing.models import GrandfatheringPolicy


class Command(BaseCommand):
    help = "Applies an approved grandfathering policy; broken off, doing it again does the rest."

    def add_arguments(self, parser) -> None:
        parser.add_argument("code", help="of the policy")

    def handle(self, *args, code: str, **options) -> None:
        policy = GrandfatheringPolicy.objects.filter(code=code).first()
        if policy is None:
            raise CommandError(f"There is no policy {code}.")
        shown = bar if sys.stderr.isatty() else silent
        accounts = policy.preview_lines.order_by().values("account").distinct().count()
        now = timezone.now()
        try:
            with shown("Locking accounts", accounts) as advance:
                counts = apply(policy=policy, at=now, on=timezone.localdate(now), advance=advance)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            raise CommandError("Broken off: run it again for the rest.") from None
        self.stdout.write("; ".join(f"{name}: {number:,}" for name, number in counts.items()))
