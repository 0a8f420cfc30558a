"""Whose turn it is: fair, in order, to the turn."""

from collections import Counter
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Strategy
from accounts.routing.strategies import Queue, Turn, may_take


def queue_of(*weights: int, capacity: int | None = None) -> Queue:
    return Queue([Turn(n, n, n, weight, capacity) for n, weight in enumerate(weights, start=1)])


def taken(queue: Queue, strategy: str, times: int, *, of=None) -> list[int]:
    return [queue.take(strategy, of or queue.turns).member for _ in range(times)]


def test_weights_200_100_100_over_60_give_exactly_30_15_15_interleaved():
    order = taken(queue_of(200, 100, 100), Strategy.WEIGHTED, 60)

    assert Counter(order) == {1: 30, 2: 15, 3: 15}
    assert order[:8] == [1, 2, 3, 1, 1, 2, 3, 1]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.integers(1, 200))
def test_weighted_turns_are_within_one_of_their_share_at_any_time(weights, times):
    counts = Counter(taken(queue_of(*weights), Strategy.WEIGHTED, times))

    for member, weight in enumerate(weights, start=1):
        assert abs(counts[member] - times * weight / sum(weights)) <= 1


@given(st.integers(1, 8), st.integers(0, 100))
def test_turns_differ_by_at_most_one_at_any_time(members, times):
    counts = Counter(taken(queue_of(*[1] * members), Strategy.ROUND_ROBIN, times))

    every = [counts[member] for member in range(1, members + 1)]
    assert max(every) - min(every) <= 1


@pytest.mark.parametrize("strategy", [Strategy.ROUND_ROBIN, Strategy.WEIGHTED, Strategy.CAPACITY])
def test_ties_go_by_position(strategy):
    assert taken(queue_of(100, 100, 100, capacity=9), strategy, 1) == [1]


def test_who_comes_back_stands_where_the_pool_stands_and_catches_up_on_nothing():
    queue = queue_of(1, 1, 1)
    away = queue.turns[2]
    for _ in range(10):
        queue.pass_by(away)
        queue.take(Strategy.ROUND_ROBIN, queue.turns[:2])
    queue.pass_by(away)

    assert Counter(taken(queue, Strategy.ROUND_ROBIN, 9)) == {1: 3, 2: 3, 3: 3}


def test_who_comes_back_to_weighted_turns_is_owed_nothing():
    queue = queue_of(100, 100, 200)
    away = queue.turns[2]
    for _ in range(11):
        queue.pass_by(away)
        queue.take(Strategy.WEIGHTED, queue.turns[:2])

    counts = Counter(taken(queue, Strategy.WEIGHTED, 40))
    assert abs(counts[3] - 20) <= 1


def test_whoever_has_the_largest_free_share_goes_next():
    queue = queue_of(1, 1)
    queue.turns[0].capacity, queue.turns[0].load = 10, 5
    queue.turns[1].capacity, queue.turns[1].load = 100, 60

    assert taken(queue, Strategy.CAPACITY, 1) == [1]


@pytest.mark.parametrize(("capacity", "load"), [(10, 10), (0, 0), (None, 0)])
def test_nobody_without_room_is_chosen_by_room(capacity, load):
    turn = Turn(1, 1, 1, 1, capacity, load)

    assert not may_take(Strategy.CAPACITY, turn)
    assert may_take(Strategy.ROUND_ROBIN, turn)


@pytest.mark.parametrize("strategy", [Strategy.ROUND_ROBIN, Strategy.WEIGHTED])
def test_a_copy_tells_what_would_come_and_changes_nothing(strategy):
    queue = queue_of(200, 100, 100)
    taken(queue, strategy, 7)

    rehearsed = taken(deepcopy(queue), strategy, 20)

    assert taken(queue, strategy, 20) == rehearsed
