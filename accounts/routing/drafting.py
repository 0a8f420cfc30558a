"""Writing what a pool or a rule set consists of, as one whole."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import Pool, PoolMember, RoutingRule, RoutingRuleSet


@transaction.atomic
def set_seats(*, pool: Pool, seats: Sequence[dict]) -> None:
    """Let the pool have these members in this order; who was in it before keeps their turns."""
    Pool.objects.select_for_update(no_key=True).get(pk=pool.pk)
    known = {seat.member_id: seat for seat in pool.members.all()}
    wanted = {seat["member"].pk for seat in seats}
    pool.members.exclude(member__in=wanted).delete()
    for position, facts in enumerate(seats, start=1):
        seat = known.get(facts["member"].pk) or PoolMember(pool=pool)
        for name, value in {**facts, "position": position}.items():
            setattr(seat, name, value)
        seat.save()


@transaction.atomic
def set_rules(*, rule_set: RoutingRuleSet, rules: Sequence[RoutingRule]) -> None:
    """Let the set have these rules in this order, instead of those it had."""
    rule_set.rules.all().delete()
    for rank, rule in enumerate(rules, start=1):
        rule.rule_set, rule.rank = rule_set, rank
        rule.save()
    rule_set.refresh_from_db()
