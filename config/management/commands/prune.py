"""The command `prune`: remove what nobody needs any more."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.retention import prune


class Command(BaseCommand):
    help = "Removes stored answers, deliveries, events and sessions older than they are kept."

    def handle(self, *args, **options) -> None:
        self.stdout.write(prune(now=timezone.now()))
