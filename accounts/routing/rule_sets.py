"""Rule sets from draft to archive: what keeps one from being activated, and activating it."""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Max

from accounts.models import (
    Member,
    PoolMember,
    RoutingRule,
    RoutingRuleSet,
    RuleSetState,
    Strategy,
)
from accounts.routing.criteria import CRITERIA, covers
from accounts.routing.world import is_catch_all, rules_of
from config.access.models import User
from config.errors import DomainError

OUTCOME = (
    "rank",
    "owner_model",
    "sets_owner_model",
    "pool_id",
    "member_id",
    "strategy",
    "sticky",
    "inherit_from_parent",
)
CONTENT = (*(column for each in CRITERIA for column in each.columns), *OUTCOME)
SEATS = ("pool_id", "member_id", "weight", "capacity", "position", "pool__measure")
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7019401530)"  # any number will do


class NotInState(DomainError):
    code = "not_in_state"


class NotSimulated(DomainError):
    code = "not_simulated"


class LeavesAccountsWithoutOwner(DomainError):
    code = "leaves_accounts_without_owner"


@transaction.atomic
def draft(*, title: str, by: User, copy: RoutingRuleSet | None = None, **facts) -> RoutingRuleSet:
    """A new rule set under the next number, empty or with the rules of another one."""
    number = next_number()
    if copy:
        same = {name: getattr(copy, name) for name in ("currency", "small_below", "large_from")}
        facts = {**same, **facts}
    made = RoutingRuleSet(number=number, title=title, author=by, **facts)
    made.full_clean()
    made.save()
    for rule in copy.rules.order_by("rank") if copy else ():
        rule.pk, rule._state.adding, rule.rule_set, rule.version = None, True, made, 1
        rule.save()
    return made


def next_number() -> int:
    """The number of the next rule set; nobody else gets it while this transaction is open."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    return (RoutingRuleSet.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def content_hash(rule_set: RoutingRuleSet) -> str:
    """What a simulation rehearses, as one number: the rules and who shares their pools."""
    rules = rule_set.rules.order_by("rank")
    seats = PoolMember.objects.filter(pool__in=rules.order_by().values("pool"))
    content = [
        [rule_set.currency, rule_set.small_below, rule_set.large_from],
        list(rules.values_list(*CONTENT)),
        list(seats.order_by("pool", "position", "pk").values_list(*SEATS)),
    ]
    return sha256(json.dumps(content, cls=DjangoJSONEncoder).encode()).hexdigest()


@transaction.atomic
def activate(*, rule_set: RoutingRuleSet, by: User, on: date) -> RoutingRuleSet:
    """Let the set decide from now on, instead of the one that did, which is archived.

    Decisions under way are waited for. Raises NotInState unless it is a draft or simulated,
    LeavesAccountsWithoutOwner with every reason, NotSimulated when it or its pools were edited
    after it was last simulated.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    list(RoutingRuleSet.objects.active().select_for_update(no_key=True).values_list("pk"))
    lock(rule_set)
    if not rule_set.is_editable:
        raise NotInState(f"It is {rule_set.get_state_display().lower()} already.")
    if gaps := list(gaps_of(rule_set, on=on)):
        raise LeavesAccountsWithoutOwner(" ".join(gaps))
    if rule_set.state != RuleSetState.SIMULATED or rule_set.content_hash != content_hash(rule_set):
        raise NotSimulated("It was not simulated as it is now: simulate it, then activate it.")
    if without := rule_set.report["unmatched"]:
        raise LeavesAccountsWithoutOwner(f"The simulation left {without} accounts without owner.")
    for active in RoutingRuleSet.objects.active():
        active.state = RuleSetState.ARCHIVED
        active.save(update_fields=["state"])
    rule_set.state, rule_set.activated_on, rule_set.activated_by = RuleSetState.ACTIVE, on, by
    rule_set.save(update_fields=["state", "activated_on", "activated_by"])
    rule_set.refresh_from_db()
    return rule_set


def lock(rule_set: RoutingRuleSet) -> None:
    """Let edits, simulations and activations of one set wait for one another."""
    RoutingRuleSet.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule_set.pk)
    rule_set.refresh_from_db()


def gaps_of(rule_set: RoutingRuleSet, *, on: date) -> Iterator[str]:
    """Why an account could be left without an owner, in sentences; nothing where none can be."""
    rules = rules_of(rule_set)
    if not rules:
        yield "It has no rules."
        return
    last = rules[-1]
    if not is_catch_all(last):
        yield (
            f"The last rule ({last}) is not for every account: end with one that has a pool or a "
            "member, and no criterion."
        )
    elif last.member_id:
        yield from _of_member(last, on)
    else:
        yield from _of_pool(last, on)


def _of_member(last: RoutingRule, on: date) -> Iterator[str]:
    if not _stays([last.member], on):
        yield f"The last rule gives accounts to {last.outcome} alone, who leaves or has left."


def _of_pool(last: RoutingRule, on: date) -> Iterator[str]:
    if last.strategy == Strategy.CAPACITY:
        yield f"The last rule gives by room, and {last.pool} can be full: let it take turns."
    seats = last.pool.members.filter(weight__gt=0).select_related("member__user")
    if not _stays([seat.member for seat in seats], on):
        yield (
            f"The last rule gives to {last.pool}, where nobody takes turns who stays: add a member "
            "without a last day."
        )


def _stays(members: list[Member], on: date) -> bool:
    return any(
        member.is_active(on=on) and member.ends_on is None and member.user.is_active
        for member in members
    )


def shadowed(rules: list[RoutingRule]) -> dict[int, RoutingRule]:
    """Rules that never decide, by the earlier rule that is for all of their accounts already.

    In the second stage the later rule still helps where the earlier finds nobody.
    """
    found: dict[int, RoutingRule] = {}
    for place, later in enumerate(rules):
        for earlier in rules[:place]:
            if _same_stage(earlier, later) and covers(earlier, later):
                found[later.pk] = earlier
                break
    return found


def _same_stage(earlier: RoutingRule, later: RoutingRule) -> bool:
    if bool(earlier.sets_owner_model) != bool(later.sets_owner_model):
        return False
    return earlier.owner_model in (None, later.owner_model)
