"""The command `check_invariants`: does the data hold what it promises?"""

import json

from django.core.management.base import BaseCommand

from config.checking import violations
from config.invariants import invariants


class Command(BaseCommand):
    help = "Checks what must hold of the data as a whole; exit status 1 on a violation."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--json", action="store_true", help="violations by invariant")

    def handle(self, *args, **options) -> None:
        found = violations()
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
        else:
            self._say(found)
        if any(found.values()):
            raise SystemExit(1)

    def _say(self, found: dict[str, list[str]]) -> None:
        for name, contradictions in found.items():
            self.stdout.write(
                f"{'violated' if contradictions else 'holds':>8}  {invariants[name].sentence}"
            )
            for violation in contradictions:
                self.stdout.write(f"          {violation}")
