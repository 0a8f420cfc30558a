"""The command `check_portfolio`: does the catalog obey its own rules?"""

import json
import sys

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.dateparse import parse_date

from config.access.models import User
from config.findings import Asked, Finding, Severity, check, counts
from portfolio.models import Portfolio

FOUND, CANNOT = 1, 2


class Command(BaseCommand):
    help = (
        "Checks portfolios against their models, and products against their roles. Exit status: "
        f"0 without a finding that counts, {FOUND} with one, {CANNOT} when it cannot be checked."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("code", nargs="?", help="a portfolio; all of them if left out")
        parser.add_argument(
            "--fail-on",
            choices=[Severity.ERROR.value, Severity.WARNING.value],
            default=Severity.ERROR.value,
            help="the least severity that counts; default: error",
        )
        parser.add_argument("--on", help="YYYY-MM-DD; today if left out")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *, code, fail_on, on, **options) -> None:
        if code and not Portfolio.objects.filter(code=code).exists():
            raise CommandError(f"There is no portfolio {code}.", returncode=CANNOT)
        # Whoever runs commands on the machine may see everything.
        asked = Asked(User(is_superuser=True), _day(on))
        found = [each for each in check(asked) if code in (None, each.found.about["portfolio"])]
        if options["json"]:
            self.stdout.write(_as_json(found, asked, code))
        else:
            self._say(found)
        if any(each.kind.severity.rank <= Severity(fail_on).rank for each in found):
            sys.exit(FOUND)

    def _say(self, found: list[Finding]) -> None:
        for each in found:
            self.stdout.write(f"{each.kind.severity:>8}  {each.found.sentence}")
            self.stdout.write(f"          {each.kind.code}  {each.subject}")
        numbers = counts(found)
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in numbers.items()))


def _day(text: str | None):
    if text is None:
        return timezone.localdate()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{text} is not a day such as 2026-01-31.", returncode=CANNOT)
    return day


def _as_json(found: list[Finding], asked: Asked, code: str | None) -> str:
    rows = [
        {
            "kind": each.kind.code,
            "severity": each.kind.severity,
            "detail": each.found.sentence,
            "subject": each.subject,
            **each.found.about,
            "facts": dict(each.found.facts),
        }
        for each in found
    ]
    body = {"portfolio": code, "on": asked.on, "counts": counts(found), "findings": rows}
    return json.dumps(body, indent=2, cls=DjangoJSONEncoder)
