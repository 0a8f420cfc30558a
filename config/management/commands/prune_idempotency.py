"""The command `prune_idempotency`: forget answers that no retry asks for any more."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.api.idempotency import KEPT, prune


class Command(BaseCommand):
    help = "Deletes stored answers of Idempotency-Keys that are older than 72 hours."

    def handle(self, *args, **options) -> None:
        forgotten = prune(before=timezone.now() - KEPT)
        self.stdout.write(f"{forgotten} stored answers forgotten.")
