"""Every step of a decision, in words: what was asked, and why it was taken or not.

Traces are kept, so they name no person: a member is "member #7", which `named` makes readable.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from accounts.models import How, Member, RoutingRule, Strategy
from accounts.routing.criteria import FITS, asked, unmet
from accounts.routing.stages import EVERY_ROLE, ROLES, Outcome, Pick, decide
from accounts.routing.strategies import Queue, Turn, may_take
from accounts.routing.subjects import Subject
from accounts.routing.world import World
from portfolio.models import OwnerModel

KIND, PERSON = "kind of owner", "person"


@dataclass(frozen=True)
class Explained:
    """The outcome with its steps; the same inputs give the same steps."""

    outcome: Outcome
    trace: list[dict]


def explain_outcome(world: World, subject: Subject) -> Explained:
    """Decides, and says how. What the decision takes from the queues it takes from the world."""
    before = {
        pool: Queue([replace(turn) for turn in queue.turns], queue.current)
        for pool, queue in world.queues.items()
    }
    outcome = decide(world, subject)
    teller = Teller(world, subject, outcome, before)
    return Explained(outcome, [*teller.kind(), *teller.person()])


class Teller:
    """Tells one decision; `before` are the queues as it found them."""

    def __init__(self, world: World, subject: Subject, outcome: Outcome, before: dict) -> None:
        self.world, self.subject, self.outcome, self.before = world, subject, outcome, before

    def kind(self) -> Iterator[dict]:
        """The first stage: rules down to the one that fits, else channels; then the size."""
        decided = self.world.first_stage(self.subject.fits)
        for letter, rule in zip(self.subject.fits, self.world.rules, strict=True):
            if not rule.sets_owner_model:
                continue
            yield self._rule(KIND, rule, rule is decided, self._misfit(letter, rule))
            if rule is decided:
                break
        if decided is None:
            chosen = self.world.channel(self.subject.segment_id)
            yield from chosen.trace
            model = chosen.owner_model
        else:
            model = decided.sets_owner_model
        if model == OwnerModel.HYBRID:
            yield self._step(KIND, "", "Hybrid: by size", True, self._size())

    def _size(self) -> str:
        sizes, subject = self.world.rule_set, self.subject
        became = OwnerModel(self.outcome.owner_model).label
        if subject.currency != sizes.currency:
            return f"It is in {subject.currency}, sizes are in {sizes.currency}: {became}."
        return (
            f"{subject.size} a month against {sizes.small_below} and {sizes.large_from}, in minor "
            f"units of {sizes.currency}: {became}."
        )

    def person(self) -> Iterator[dict]:
        """The second stage: who is named, then rules down to the one that found somebody."""
        for kind, passed in self.outcome.passed:
            if kind == "named":
                reason = "They are away or have left, so the rules are asked."
                yield self._member(passed, "Named account", False, reason)
        pick = self.outcome.pick
        if pick and pick.how == How.NAMED:
            yield self._member(pick.member, "Named account", True, "The account is theirs by name.")
            return
        for letter, rule in zip(self.subject.fits, self.world.rules, strict=True):
            if rule.sets_owner_model:
                continue
            if pick and rule is pick.rule:
                yield self._rule(PERSON, rule, True, self._why(pick))
                yield self._member(pick.member, How(pick.how).label, True, self._whose_turn(pick))
                return
            yield self._rule(PERSON, rule, False, self._why_not(letter, rule))

    def _misfit(self, letter: str, rule: RoutingRule) -> str:
        if letter == FITS:
            kind = [rule.get_owner_model_display()] if rule.owner_model else []
            names = [*kind, *(f"{each.code} {each.wanted(rule)}" for each in asked(rule))]
            return f"It fits: {', '.join(names)}." if names else "It is for every account."
        criterion = unmet(letter)
        value = self.subject.facts[criterion.fact]
        if value in (None, ""):
            found = "it is not known here"
        elif isinstance(value, bool):
            found = f"here it is {'yes' if value else 'no'}"
        elif criterion.model:
            found = f"here it is {criterion.model.objects.get(pk=value)}"
        else:
            found = f"here it is {value}"
        return f"It asks for {criterion.code} {criterion.wanted(rule)}; {found}."

    def _why_not(self, letter: str, rule: RoutingRule) -> str:
        if letter != FITS:
            return self._misfit(letter, rule)
        if rule.owner_model not in (None, self.outcome.owner_model):
            return (
                f"It is for {rule.get_owner_model_display()}; "
                f"this is {OwnerModel(self.outcome.owner_model).label}."
            )
        return f"no_eligible_member: {self._nobody(rule)}"

    def _nobody(self, rule: RoutingRule) -> str:
        if rule.member_id:
            return f"{rule.outcome} is away or has left."
        roles = EVERY_ROLE if rule is self.world.catch_all else ROLES[self.outcome.owner_model]
        if rule.strategy == Strategy.CAPACITY and self.world.eligible(rule, roles):
            return f"Whoever could take it in {rule.pool} has no room."
        return f"In {rule.pool} nobody with this role is present and takes turns."

    def _why(self, pick: Pick) -> str:
        if pick.how == How.CATCH_ALL:
            return "It is for every account that no rule before it has given to somebody."
        return self._misfit(FITS, pick.rule)

    def _whose_turn(self, pick: Pick) -> str:
        if pick.how == How.STICKY:
            return "They own it already, and the rule keeps owners; no turn is taken."
        if pick.how == How.PARENT:
            return "They own the parent account; no turn is taken."
        if pick.turn is None:
            return "The rule names them."
        queue = self.before[pick.rule.pool_id]
        turns = {turn.seat: turn for turn in queue.turns}
        roles = EVERY_ROLE if pick.rule is self.world.catch_all else ROLES[self.outcome.owner_model]
        eligible = [turns[turn.seat] for turn in self.world.eligible(pick.rule, roles)]
        eligible = [turn for turn in eligible if may_take(pick.rule.strategy, turn)]
        told = "; ".join(self._turn(pick.rule.strategy, turn) for turn in eligible)
        return (
            f"{REASONS[pick.rule.strategy]} Turn {queue.current + 1} of {pick.rule.pool}: {told}."
        )

    def _turn(self, strategy: str, turn: Turn) -> str:
        name = f"member #{turn.member}"
        if strategy == Strategy.WEIGHTED:
            return f"{name} is owed {turn.credit} + {turn.weight}"
        if strategy == Strategy.CAPACITY:
            return f"{name} carries {turn.load} of {turn.capacity}"
        return f"{name} had turn {turn.last}" if turn.last else f"{name} had none"

    def _rule(self, step: str, rule: RoutingRule, matched: bool, reason: str) -> dict:
        subject = f"/routing-rule-sets/{self.world.rule_set.pk}/"
        return self._step(step, subject, f"Rule {rule}", matched, reason)

    def _member(self, member: int, what: str, matched: bool, reason: str) -> dict:
        who = f"{what}: member #{member}"
        return self._step(PERSON, f"/members/{member}/", who, matched, reason)

    @staticmethod
    def _step(step: str, subject: str, considered: str, matched: bool, reason: str) -> dict:
        return {
            "step": step,
            "subject": subject,
            "considered": considered,
            "matched": matched,
            "reason": reason,
        }


REASONS = {
    Strategy.ROUND_ROBIN: "The longest without a turn goes next, then by position.",
    Strategy.WEIGHTED: "Whoever is owed most goes next, then by position.",
    Strategy.CAPACITY: "Whoever has the largest free share goes next, then by position.",
}
MEMBER = re.compile(r"\bmember #(\d{1,18})\b")


def named(texts: list[str]) -> list[str]:
    """The texts with the names that members have now; one query for all."""
    ids = {int(number) for text in texts for number in MEMBER.findall(text)}
    members = Member.objects.select_related("user", "team").in_bulk(ids)

    def name(match: re.Match) -> str:
        member = members.get(int(match[1]))
        return str(member) if member else match[0]

    return [MEMBER.sub(name, text) for text in texts]
