"""What must hold of the data as a whole; tests and operations ask the same list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config.registry import Registry


@dataclass(frozen=True)
class Invariant:
    """A sentence that is true, and the function that yields what contradicts it."""

    sentence: str
    violations: Callable[[], Iterator[str]]


invariants: Registry[Invariant] = Registry(
    "config.access.invariants",
    "config.api.invariants",
    "config.audit.invariants",
    "config.outbox.invariants",
    "portfolio.invariants",
    "pricing.invariants",
    "accounts.invariants",
    "metrics.invariants",
)


def invariant(function: Callable[[], Iterator[str]]) -> Callable[[], Iterator[str]]:
    """Put a function on the list: its docstring is the sentence, it yields violations."""
    sentence = " ".join((function.__doc__ or "").split())
    invariants.add(function.__name__, Invariant(sentence, function))
    return function
