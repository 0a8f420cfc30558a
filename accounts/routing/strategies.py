"""Whose turn it is: the same few functions live, explained and rehearsed.

They know nothing but turns. Whoever is chosen is changed in place, so that the next choice
follows from it: hand in copies to rehearse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import Strategy


@dataclass(slots=True)
class Turn:
    """A member's place in a pool's queue.

    `last` is the pool's turn when it was theirs (0: never), `credit` what a weighted pool owes
    them, `load` what they carry now in the pool's measure.
    """

    seat: int
    member: int
    position: int
    weight: int
    capacity: int | None
    load: int = 0
    last: int = 0
    credit: int = 0

    @property
    def has_room(self) -> bool:
        return self.capacity is not None and self.load < self.capacity


Choice = Callable[[Sequence[Turn]], Turn]


def round_robin(turns: Sequence[Turn]) -> Turn:
    """Whose last turn is longest ago; among equals the first by position."""
    return min(turns, key=lambda turn: (turn.last, turn.position))


def weighted(turns: Sequence[Turn]) -> Turn:
    """Smooth weighted round robin: everybody earns their weight, the richest pays for all.

    Over any stretch with the same members each gets their share to within one turn. Source: the
    algorithm of the nginx balancer. Among equals the first by position.
    """
    for turn in turns:
        turn.credit += turn.weight
    chosen = min(turns, key=lambda turn: (-turn.credit, turn.position))
    chosen.credit -= sum(turn.weight for turn in turns)
    return chosen


def freest(turns: Sequence[Turn]) -> Turn:
    """Whose capacity is used to the smallest part; among equals the first by position."""
    return min(turns, key=lambda turn: (turn.load / turn.capacity, turn.position))


STRATEGIES: dict[str, Choice] = {
    Strategy.ROUND_ROBIN: round_robin,
    Strategy.WEIGHTED: weighted,
    Strategy.CAPACITY: freest,
}


@dataclass
class Queue:
    """The turns of a pool, in order of position, and the turn that the pool has come to."""

    turns: list[Turn]
    current: int = 0

    def take(self, strategy: str, eligible: Sequence[Turn]) -> Turn:
        """The turn of the one who is chosen among those eligible, who must not be none."""
        chosen = STRATEGIES[strategy](eligible)
        self.current += 1
        chosen.last = self.current
        return chosen

    def pass_by(self, turn: Turn) -> None:
        """Who takes no turns for now moves along: coming back, they stand where the pool stands."""
        turn.last, turn.credit = self.current, 0


def may_take(strategy: str, turn: Turn) -> bool:
    """Whether the strategy can choose the member at all."""
    return strategy != Strategy.CAPACITY or turn.has_room
