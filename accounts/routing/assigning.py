"""Finding an owner by the rules in force: asked for, or given for good."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from accounts import ownership
from accounts.models import (
    Account,
    AssignmentSource,
    How,
    Pool,
    RoutingDecision,
    RoutingRule,
    RoutingRuleSet,
    Turn,
)
from accounts.routing.criteria import FITS
from accounts.routing.stages import Outcome
from accounts.routing.subjects import Question, Subject, subject_of
from accounts.routing.tracing import Explained, explain_outcome
from accounts.routing.world import World, load_world, rules_of
from config.access.models import User
from config.errors import DomainError


class NoActiveRuleSet(DomainError):
    code = "no_active_rule_set"


class NoOwnerFound(DomainError):
    code = "no_owner_found"


class KeyUsed(DomainError):
    code = "key_used"


SOURCES = {
    How.NAMED: AssignmentSource.NAMED,
    How.STICKY: AssignmentSource.STICKY,
    How.PARENT: AssignmentSource.PARENT,
    How.RULE: AssignmentSource.RULE,
    How.CATCH_ALL: AssignmentSource.RULE,
}
# Activation waits for the decisions that go by the set before, and they for it.
HOLD_SET = "SELECT id FROM accounts_routingruleset WHERE state = 'active' FOR SHARE"
# Whoever lets a member leave waits until what they were given is written.
HOLD_MEMBER = """
SELECT member.id FROM accounts_member member JOIN access_user login ON login.id = member.user_id
WHERE member.id = %s FOR SHARE OF member, login"""
ATTEMPTS = 5


def explain(
    *, account: Account, question: Question, rule_set: RoutingRuleSet | None = None
) -> Explained:
    """Who would get the account on the day, step by step; writes nothing, locks nothing.

    Raises NoActiveRuleSet when no set is given and none is active.
    """
    rule_set = rule_set or active_set()
    rules = rules_of(rule_set)
    subject = subject_of(account, question=question, rules=rules)
    return explain_outcome(_world(rule_set, rules, question, subject), subject)


def active_set() -> RoutingRuleSet:
    """The rule set in force; raises NoActiveRuleSet."""
    found = RoutingRuleSet.objects.active().first()
    if found is None:
        raise NoActiveRuleSet("No rule set is active: simulate one, then activate it.")
    return found


@transaction.atomic
def assign_by_rules(
    *, account: Account, question: Question, key: str, by: User | None = None
) -> RoutingDecision:
    """Give the account to whom the rules find, from the day on, and keep how that was decided.

    The same key for the same account answers the decision that it had. Raises KeyUsed for
    another account, NoActiveRuleSet, NoOwnerFound naming the last step, and what
    `ownership.assign` refuses.
    """
    ownership.lock(account)
    known = RoutingDecision.objects.filter(key=key).first()
    if known:
        if known.account_id != account.pk:
            raise KeyUsed("This key was used for another account.")
        return known
    rule_set = _held_set()
    rules = rules_of(rule_set)
    subject = subject_of(account, question=question, rules=rules)
    world, explained = _settled(rule_set, rules, question, subject)
    if explained.outcome.pick is None:
        raise NoOwnerFound(f"Nobody is found for {account}. {explained.trace[-1]['reason']}")
    decision = _keep(account, question, rule_set, explained, key=key, by=by)
    if explained.outcome.pick.turn:
        keep_turns(world, explained.outcome.pick.rule)
    _give(account, decision)
    return decision


def _held_set() -> RoutingRuleSet:
    """The active set, which stays so until the transaction ends."""
    for _ in range(ATTEMPTS):  # one was archived while it was waited for: ask for the next
        with connection.cursor() as cursor:
            cursor.execute(HOLD_SET)
            found = cursor.fetchone()
        if found:
            return RoutingRuleSet.objects.get(pk=found[0])
    return active_set()


def _settled(
    rule_set: RoutingRuleSet, rules: list[RoutingRule], question: Question, subject: Subject
) -> tuple[World, Explained]:
    """The decision under the locks of the pools it asks and of the member it finds."""
    held = _likely(rules, subject)
    lock_pools(held)
    for _ in range(ATTEMPTS):
        world = _world(rule_set, rules, question, subject)
        explained = explain_outcome(world, subject)
        needed = _pools_asked(explained.outcome) - held
        if needed:  # what was found without the locks may be another's by now
            lock_pools(needed)
            held |= needed
            continue
        pick = explained.outcome.pick
        if pick is None or _stays(pick.member, world):
            return world, explained
    raise NoOwnerFound("Members leave while they are chosen: ask again.")


def _likely(rules: list[RoutingRule], subject: Subject) -> set[int]:
    """The pool that is asked in most cases: that of the first rule that fits."""
    for letter, rule in zip(subject.fits, rules, strict=True):
        if letter == FITS and not rule.sets_owner_model:
            return {rule.pool_id} if rule.pool_id else set()
    return set()


def _pools_asked(outcome: Outcome) -> set[int]:
    """Pools whose queues the outcome depends on."""
    asked = {rule.pool_id for kind, rule in outcome.passed if kind == "rule" and rule.pool_id}
    return asked | ({outcome.pick.rule.pool_id} if outcome.pick and outcome.pick.turn else set())


def lock_pools(pools: set[int]) -> None:
    """Let decisions that take turns of a pool wait for one another."""
    rows = Pool.objects.filter(pk__in=pools).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk"))


def _stays(member: int, world: World) -> bool:
    """Holds the member; whether they are still as they were when they were chosen."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_MEMBER, [member])
    chosen = world.people[member].member
    chosen.refresh_from_db(fields=["starts_on", "ends_on"])
    chosen.user.refresh_from_db(fields=["is_active"])
    active = chosen.is_active(on=world.question.on) and chosen.user.is_active
    return active == world.people[member].is_active


def _world(
    rule_set: RoutingRuleSet, rules: list[RoutingRule], question: Question, subject: Subject
) -> World:
    members = {*subject.owners.values(), *subject.parent_owners.values(), *subject.named.values()}
    fitting = {
        rule.pool_id
        for letter, rule in zip(subject.fits, rules, strict=True)
        if letter == FITS and rule.pool_id
    }
    return load_world(
        rule_set=rule_set, rules=rules, question=question, members=members, pools=fitting
    )


def _keep(
    account: Account,
    question: Question,
    rule_set: RoutingRuleSet,
    explained: Explained,
    *,
    key: str,
    by: User | None,
) -> RoutingDecision:
    pick = explained.outcome.pick
    return RoutingDecision.objects.create(
        account=account,
        product=question.product,
        motion=question.motion,
        expected_mrr=question.expected_mrr,
        starts_on=question.on,
        rule_set=rule_set,
        rule=pick.rule,
        owner_model=explained.outcome.owner_model,
        how=pick.how,
        member_id=pick.member,
        role=pick.role,
        trace=explained.trace,
        key=key,
        made_by=by,
    )


def keep_turns(world: World, rule: RoutingRule) -> None:
    """Write down where everybody in the rule's pool stands; its lock is held."""
    turns: Sequence = world.queues[rule.pool_id].turns
    Turn.objects.bulk_create(
        [Turn(seat_id=turn.seat, last=turn.last, credit=turn.credit) for turn in turns],
        update_conflicts=True,
        unique_fields=["seat"],
        update_fields=["last", "credit"],
    )


def _give(account: Account, decision: RoutingDecision) -> None:
    if decision.how == How.STICKY:
        return  # it is theirs as it is
    ownership.assign(
        account=account,
        role=decision.role,
        member=decision.member,
        starts_on=decision.starts_on,
        product=decision.product,
        source=SOURCES[decision.how],
        decision=decision,
    )


def pools_in_force() -> set[int]:
    """Pools that the active rules name: whoever gives many accounts away locks them at once."""
    rules = RoutingRule.objects.filter(rule_set__state="active", pool__isnull=False)
    return set(rules.values_list("pool", flat=True))


def question_of(*, on: date, **facts) -> Question:
    """The question that a door was asked, without what it left out."""
    return Question(on=on, **{name: value for name, value in facts.items() if value is not None})
