"""Which accounts should change hands so that every member of a pool carries about their share.

Knows only loads and what may move: nothing here asks the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """An account in somebody's hands that may move, and what it weighs."""

    key: int
    load: int


@dataclass
class Bearer:
    """Who carries: their share of all by weight, and the items of theirs that may move."""

    key: int
    weight: int
    load: int
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    item: Item
    giver: int
    taker: int


def even_out(bearers: Sequence[Bearer], *, tolerance: int) -> list[Move]:
    """Few moves that bring everybody within `tolerance` percent of their share, or nearer to it.

    Greedy: whoever is most above their share gives to whoever is most below, an item that comes
    nearest to what both need and leaves neither on the other side of their bound. With items of
    one size no fewer moves do it; in general that is a packing problem, and these are few, not
    fewest. Bearers are changed in place.
    """
    weights = sum(bearer.weight for bearer in bearers)
    total = sum(bearer.load for bearer in bearers)
    if not weights or not total:
        return []
    share = {bearer.key: total * bearer.weight / weights for bearer in bearers}
    moves: list[Move] = []
    while move := _next(bearers, share, tolerance / 100):
        moves.append(move)
    return moves


def _next(bearers: Sequence[Bearer], share: dict[int, float], within: float) -> Move | None:
    """The next move, made; None when everybody is within bounds or nothing helps."""
    order = sorted(bearers, key=lambda each: (each.load - share[each.key], each.key))
    givers = [each for each in reversed(order) if each.load > share[each.key] and each.items]
    for giver in givers:
        for taker in order:
            over = giver.load - share[giver.key] * (1 + within)
            under = share[taker.key] * (1 - within) - taker.load
            if taker is giver or (over <= 0 and under <= 0):
                continue
            item = _fitting(giver, taker, share, within, max(over, under))
            if item:
                giver.items.remove(item)
                giver.load -= item.load
                taker.load += item.load
                return Move(item, giver.key, taker.key)
    return None


def _fitting(
    giver: Bearer, taker: Bearer, share: dict[int, float], within: float, need: float
) -> Item | None:
    """The item nearest to the need that puts neither beyond the bounds on the other side."""
    spare = giver.load - share[giver.key] * (1 - within)
    room = share[taker.key] * (1 + within) - taker.load
    most = min(spare, room)
    fitting = [item for item in giver.items if 0 < item.load <= most]
    return min(fitting, key=lambda item: (abs(item.load - need), item.key), default=None)
