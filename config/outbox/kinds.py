"""Which kinds of events there are, what each means and what it carries."""

from collections.abc import Callable
from dataclasses import dataclass

from config.registry import Registry


@dataclass(frozen=True)
class Kind:
    """A kind of event, as documents and the visibility of its events need to know it.

    `about` is the model whose rows the events are about: who may not see a row gets no event of
    it. `path` is where such rows are found in the API, `example` a payload.
    """

    code: str
    about: str
    path: str
    key: str
    meaning: str
    example: dict
    of_rows: bool = False  # tells of every change of the model's rows

    @property
    def subject(self) -> str:
        """What the subject of such an event looks like."""
        return f"/{self.path}/{self.key}/" if self.key else f"/{self.path}/"


kinds: Registry[Kind] = Registry(
    "config.outbox.endpoints",
    "portfolio.events",
    "pricing.events",
    "pricing.credit_events",
    "accounts.events",
    "accounts.usage_events",
    "accounts.signal_events",
    "accounts.credit_events",
    "accounts.promise_events",
    "accounts.expansion_events",
    "accounts.incentive_events",
)

Emitter = Callable[..., None]


def kind(code: str, *, about: str, path: str, key: str, example: dict) -> Callable:
    """Declare the kind that the function emits; its docstring is the meaning."""

    def register(function: Emitter) -> Emitter:
        meaning = " ".join((function.__doc__ or "").split())
        kinds.add(code, Kind(code, about, path, key, meaning, example))
        return function

    return register


def row_kind(code: str, *, about: str, path: str, key: str, meaning: str) -> None:
    """Declare the kind that tells of every row of a model that is added, changed or deleted."""
    kinds.add(code, Kind(code, about, path, key, meaning, {"change": "changed"}, of_rows=True))


def kind_of_rows(label: str) -> Kind | None:
    """The kind that tells of changes of the model's rows, if there is one."""
    return next((kind for kind in kinds.values() if kind.of_rows and kind.about == label), None)


def kind_codes() -> list[tuple[str, str]]:
    """Choices of a filter, asked for when needed, so that a new kind is no migration."""
    return [(code, found.meaning) for code, found in kinds.items()]
