"""The command `simulate_routing`: rehearses a rule set on every account, however many there are."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import RoutingRuleSet
from accounts.routing.simulation import simulate
from config.errors import DomainError


class Command(BaseCommand):
    help = "Rehearses a routing rule set on every account and keeps the report on it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("number", type=int, help="the number of the rule set")

    def handle(self, *, number: int, **_) -> None:
        rule_set = RoutingRuleSet.objects.filter(number=number).first()
        if rule_set is None:
            raise CommandError(f"There is no rule set {number}.")
        try:
            report = simulate(rule_set=rule_set, on=timezone.localdate()).report
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{report['accounts']:,} accounts: {report['moved']:,} change hands, "
            f"{report['kept']:,} stay, {report['first_owner']:,} get their first owner, "
            f"{report['unmatched']:,} none."
        )
        for gap in report["gaps"]:
            self.stdout.write(f"  {gap}")
