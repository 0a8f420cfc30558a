"""The ways to answer a question that are compared with one another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.questions import Answer


@dataclass(frozen=True)
class Variant:
    """A way to answer: `run` is timed, `read` brings what it gave into the common form."""

    name: str
    run: Callable[[], Any]
    read: Callable[[Any], Answer]
