"""What the rules are applied in: who is there on the day, whose turn it is, who sells what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models import (
    Absence,
    LoadMeasure,
    Member,
    Pool,
    PoolMember,
    RoutingRule,
    RoutingRuleSet,
    Strategy,
)
from accounts.routing.criteria import FITS, asked
from accounts.routing.strategies import Queue, Turn, round_robin
from accounts.routing.subjects import Question
from portfolio.channels import Chosen, choose_channel
from portfolio.models import Channel, Segment

# What members carry; an account counts once, in whichever roles it is theirs.
LOADS = {
    LoadMeasure.ACCOUNTS: """
        SELECT member_id, count(DISTINCT account_id) FROM accounts_assignment
        WHERE member_id = ANY(%(members)s)
          AND (%(accounts)s::bigint[] IS NULL OR account_id = ANY(%(accounts)s))
          AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
        GROUP BY member_id""",
    LoadMeasure.REVENUE: """
        SELECT member_id, sum(mrr)::bigint
        FROM (SELECT DISTINCT member_id, account_id FROM accounts_assignment
              WHERE member_id = ANY(%(members)s)
                AND (%(accounts)s::bigint[] IS NULL OR account_id = ANY(%(accounts)s))
                AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)) owned
        JOIN accounts_subscriptionline line USING (account_id)
        JOIN accounts_account a ON a.id = account_id AND a.currency = %(currency)s
        WHERE voided_at IS NULL
          AND line.starts_on <= %(on)s AND (line.ends_on IS NULL OR line.ends_on > %(on)s)
        GROUP BY member_id""",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A member on the day: active in the team, and not away."""

    member: Member
    is_active: bool
    is_present: bool

    @property
    def role(self) -> str:
        return self.member.role


@dataclass
class World:
    """A rule set with everything that a decision needs beside the account itself.

    `rules` are in order of rank; `people` those who are asked about. Queues are copies: what is
    taken from them is taken nowhere else until somebody writes it down.
    """

    rule_set: RoutingRuleSet
    rules: list[RoutingRule]
    question: Question
    people: dict[int, Person]
    queues: dict[int, Queue]
    _fitting: dict[tuple, list[RoutingRule]] = field(default_factory=dict)
    _eligible: dict[tuple, list[Turn]] = field(default_factory=dict)
    _channels: dict[int | None, Chosen] = field(default_factory=dict)

    @cached_property
    def catch_all(self) -> RoutingRule | None:
        """The last rule, if it is for every account."""
        last = self.rules[-1] if self.rules else None
        return last if last and is_catch_all(last) else None

    @cached_property
    def channels(self) -> list[Channel]:
        rows = Channel.objects.about(self.question.product)
        return list(rows.select_related("product", "segment"))

    @cached_property
    def segments(self) -> dict[int, Segment]:
        return Segment.objects.in_bulk()

    def channel(self, segment_id: int | None) -> Chosen:
        """Who sells to the segment, where no rule says so."""
        if segment_id not in self._channels:
            self._channels[segment_id] = choose_channel(
                product=self.question.product,
                segment=self.segments.get(segment_id),
                motion=self.question.motion,
                channels=self.channels,
            )
        return self._channels[segment_id]

    def first_stage(self, fits: str) -> RoutingRule | None:
        """The rule that says which kind of owner."""
        for letter, rule in zip(fits, self.rules, strict=True):
            if letter == FITS and rule.sets_owner_model:
                return rule
        return None

    def fitting(self, fits: str, model: str) -> list[RoutingRule]:
        """The rules that name an owner and fit, in order of rank."""
        key = (fits, model)
        if key not in self._fitting:
            self._fitting[key] = [
                rule
                for letter, rule in zip(fits, self.rules, strict=True)
                if letter == FITS
                and not rule.sets_owner_model
                and rule.owner_model in (None, model)
            ]
        return self._fitting[key]

    def is_present(self, member: int) -> bool:
        person = self.people.get(member)
        return person is not None and person.is_present

    def eligible(self, rule: RoutingRule, roles: tuple[str, ...]) -> list[Turn]:
        """Members of the rule's pool who may be given something, were there room.

        The last rule asks for no role, and takes somebody who is away rather than nobody.
        """
        key = (rule.pk, roles)
        if key not in self._eligible:
            turns = [turn for turn in self.queues[rule.pool_id].turns if turn.weight > 0]
            here = [turn for turn in turns if self.is_present(turn.member)]
            if rule is self.catch_all:
                found = here or [t for t in turns if self.people[t.member].is_active]
            else:
                found = [turn for turn in here if self.people[turn.member].role in roles]
            self._eligible[key] = found
        return self._eligible[key]


def is_catch_all(rule: RoutingRule) -> bool:
    """Whether the rule gives an owner to every account."""
    return not (rule.sets_owner_model or rule.owner_model or asked(rule))


def rules_of(rule_set: RoutingRuleSet) -> list[RoutingRule]:
    rules = rule_set.rules.select_related(
        "product", "segment", "region", "pool", "member__user", "member__team"
    )
    rules = list(rules.order_by("rank"))
    for rule in rules:
        rule.rule_set = rule_set
    return rules


def load_world(
    *,
    rule_set: RoutingRuleSet,
    rules: list[RoutingRule],
    question: Question,
    members: Iterable[int] | None = None,
    pools: Iterable[int] | None = None,
) -> World:
    """The world of the day; of `members` beside those in the pools (None: of all there are).

    `pools` are those that matter, None for all that a rule names.
    """
    wanted = {rule.pool_id for rule in rules if rule.pool_id}
    wanted = wanted if pools is None else wanted & set(pools)
    queues = _queues(wanted)
    seated = {turn.member for queue in queues.values() for turn in queue.turns}
    fixed = {rule.member_id for rule in rules if rule.member_id}
    who = None if members is None else {*members, *seated, *fixed}
    people = _people(who, on=question.on)
    for queue in queues.values():
        for turn in queue.turns:
            if turn.weight == 0 or not people[turn.member].is_present:
                queue.pass_by(turn)
    pools_by_room = {
        rule.pool for rule in rules if rule.strategy == Strategy.CAPACITY and rule.pool_id in wanted
    }
    for pool in pools_by_room:
        _weigh(queues[pool.pk], pool, on=question.on)
    return World(rule_set, rules, question, people, queues)


def _queues(pools: set[int]) -> dict[int, Queue]:
    seats = PoolMember.objects.filter(pool__in=pools).select_related("turn")
    found = {pool: Queue([]) for pool in pools}
    new = []
    for seat in seats.order_by("pool", "position", "pk"):
        queue, turn = found[seat.pool_id], getattr(seat, "turn", None)
        mine = Turn(seat.pk, seat.member_id, seat.position, seat.weight, seat.capacity)
        queue.turns.append(mine)
        if turn is None:
            new.append((queue, mine))
        else:
            mine.last, mine.credit = turn.last, turn.credit
            queue.current = max(queue.current, turn.last)
    for queue, turn in new:  # now that it is known where the pool stands
        queue.pass_by(turn)
    return found


def _people(members: set[int] | None, *, on: date) -> dict[int, Person]:
    away = Absence.objects.in_force(on=on).filter(member=OuterRef("pk"))
    rows = Member.objects.select_related("user", "team").annotate(away=Exists(away))
    if members is not None:
        rows = rows.filter(pk__in=members)
    return {row.pk: _person(row, on) for row in rows}


def _person(member: Member, on: date) -> Person:
    active = member.is_active(on=on) and member.user.is_active
    return Person(member, active, active and not member.away)


def loads(
    *, members: Iterable[int], pool: Pool, on: date, accounts: list[int] | None = None
) -> dict[int, int]:
    """What each member carries on the day, in the pool's measure; of these accounts, if given."""
    values = {"members": list(members), "on": on, "currency": pool.currency, "accounts": accounts}
    with connection.cursor() as cursor:
        cursor.execute(LOADS[pool.measure], values)
        return dict(cursor.fetchall())


def _weigh(queue: Queue, pool, *, on: date) -> None:
    carried = loads(members=[turn.member for turn in queue.turns], pool=pool, on=on)
    for turn in queue.turns:
        turn.load = carried.get(turn.member, 0)


@dataclass(frozen=True)
class Standing:
    """How a member of a pool stands on a day; `share` is the part of their capacity in use."""

    person: Person
    turn: Turn
    is_next: bool

    @property
    def share(self) -> float | None:
        return self.turn.load / self.turn.capacity if self.turn.capacity else None

    @property
    def bar(self) -> float:
        """The same as the length of a bar, of 100."""
        return min((self.share or 0) * 100, 100)


def board_of(*, pool: Pool, on: date) -> list[Standing]:
    """Everybody in the pool in order of position: what they carry, and who is next in turn."""
    queue = _queues({pool.pk})[pool.pk]
    people = _people({turn.member for turn in queue.turns}, on=on)
    _weigh(queue, pool, on=on)
    here = [turn for turn in queue.turns if turn.weight and people[turn.member].is_present]
    following = round_robin(here) if here else None
    return [Standing(people[turn.member], turn, turn is following) for turn in queue.turns]
