"""The command `check_invariants`: does the data hold what it promises?"""

import json
from itertools import islice

from django.core.management.base import BaseCommand
from django.db import transaction

from config.invariants import invariants
from config.postgresql.limits import allow_long_work

SHOWN = 20


class Command(BaseCommand):
    help = "Checks what must hold of the data as a whole; exit status 1 on a violation."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--json", action="store_true", help="violations by invariant")

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        allow_long_work()
        found = {
            name: list(islice(entry.violations(), SHOWN)) for name, entry in invariants.items()
        }
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
        else:
            self._say(found)
        if any(found.values()):
            raise SystemExit(1)

    def _say(self, found: dict[str, list[str]]) -> None:
        for name, violations in found.items():
            self.stdout.write(
                f"{'violated' if violations else 'holds':>8}  {invariants[name].sentence}"
            )
            for violation in violations:
                self.stdout.write(f"          {violation}")
