"""How an owner is found: which kind of owner, then which person. One function for every purpose.

Live, explained and rehearsed decisions differ in what is done with the answer, never in how it is
found.
"""

from dataclasses import dataclass, field

from accounts.models import How, OwnerRole, RoutingRule
from accounts.routing.strategies import Turn, may_take
from accounts.routing.subjects import Subject
from accounts.routing.world import World
from portfolio.models import OwnerModel

ROLES: dict[str, tuple[str, ...]] = {
    OwnerModel.CSM_LED: (OwnerRole.CSM,),
    OwnerModel.SALES_LED: (OwnerRole.AE, OwnerRole.AM),
    OwnerModel.PRODUCT_LED: (OwnerRole.PRODUCT_LED_QUEUE,),
}
EVERY_ROLE = tuple(OwnerRole.values)


@dataclass(frozen=True, slots=True)
class Pick:
    """Who it is, in which role, and by what; `turn` is the one that it took, if any."""

    member: int
    role: str
    how: str
    rule: RoutingRule | None = None
    turn: Turn | None = None


@dataclass(slots=True)
class Outcome:
    """The kind of owner, the pick (None: nobody), and whom the steps before it passed over.

    `passed` has, in order, members named who are away and rules that found nobody.
    """

    owner_model: str
    pick: Pick | None
    passed: list[tuple[str, object]] = field(default_factory=list)


def decide(world: World, subject: Subject) -> Outcome:
    """Who gets the account: by name, else by the first rule that fits and finds somebody.

    A rule that keeps owners asks who owns it, one that inherits asks the parent's owner, before
    it takes a turn of its pool.
    """
    outcome = Outcome(kind_of_owner(world, subject), None)
    roles = ROLES[outcome.owner_model]
    outcome.pick = _by_name(world, subject, roles, outcome)
    if outcome.pick is None:
        for rule in world.fitting(subject.fits, outcome.owner_model):
            outcome.pick = _by_rule(world, subject, rule, roles)
            if outcome.pick:
                break
            outcome.passed.append(("rule", rule))
    return outcome


def kind_of_owner(world: World, subject: Subject) -> str:
    """By the first rule that says so, else by channel; hybrid becomes one by size."""
    rule = world.first_stage(subject.fits)
    model = rule.sets_owner_model if rule else world.channel(subject.segment_id).owner_model
    return by_size(world, subject) if model == OwnerModel.HYBRID else model


def by_size(world: World, subject: Subject) -> str:
    """Small deals sell themselves, large ones need sales; in another currency it is the middle."""
    sizes = world.rule_set
    if subject.currency != sizes.currency:
        return OwnerModel.CSM_LED
    if subject.size < sizes.small_below:
        return OwnerModel.PRODUCT_LED
    return OwnerModel.SALES_LED if subject.size >= sizes.large_from else OwnerModel.CSM_LED


def _by_name(world: World, subject: Subject, roles: tuple, outcome: Outcome) -> Pick | None:
    for role in roles if subject.named else ():
        member = subject.named.get(role)
        if member is None:
            continue
        if world.is_present(member):
            return Pick(member, role, How.NAMED)
        outcome.passed.append(("named", member))
    return None


def _by_rule(world: World, subject: Subject, rule: RoutingRule, roles: tuple) -> Pick | None:
    last = rule is world.catch_all
    if last:
        roles = EVERY_ROLE
    if rule.sticky and (kept := _kept(world, subject, rule, roles)):
        return kept
    if rule.inherit_from_parent and (inherited := _inherited(world, subject, rule, roles)):
        return inherited
    how = How.CATCH_ALL if last else How.RULE
    if rule.member_id:
        person = world.people[rule.member_id]
        there = person.is_present or (last and person.is_active)
        return Pick(rule.member_id, person.role, how, rule) if there else None
    eligible = [turn for turn in world.eligible(rule, roles) if may_take(rule.strategy, turn)]
    if not eligible:
        return None
    turn = world.queues[rule.pool_id].take(rule.strategy, eligible)
    return Pick(turn.member, world.people[turn.member].role, how, rule, turn)


def _kept(world: World, subject: Subject, rule: RoutingRule, roles: tuple) -> Pick | None:
    """Whoever owns it, if they are present and the rule could have chosen them."""
    for role in roles:
        member = subject.owners.get(role)
        if member is not None and world.is_present(member) and _belongs(world, rule, member):
            return Pick(member, role, How.STICKY, rule)
    return None


def _belongs(world: World, rule: RoutingRule, member: int) -> bool:
    if rule.member_id:
        return rule.member_id == member
    return any(
        turn.member == member and turn.weight > 0 for turn in world.queues[rule.pool_id].turns
    )


def _inherited(world: World, subject: Subject, rule: RoutingRule, roles: tuple) -> Pick | None:
    for role in roles:
        member = subject.parent_owners.get(role)
        if member is not None and world.is_present(member):
            return Pick(member, role, How.PARENT, rule)
    return None
