"""Writes the entries of all metrics into docs/metrics.md."""

from django.core.management.base import BaseCommand

from metrics.documentation import PAGE, written


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, **options) -> None:
        PAGE.write_text(written(), encoding="utf-8")
