"""Writing down what a preview foresees, as it is foreseen: pieces of lines, by COPY."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection

from accounts.grandfathering.outcome import Future, Outcome, Path
from accounts.models import PreviewLine
from pricing.models import GrandfatheringPolicy

BATCH = 2_000
OF_A_LINE = ("policy", "line", "account", "exception", "amount", "seen")
OF_A_FUTURE = (
    "status",
    "list_amount",
    "uplift",
    "days",
    "kept",
    "forced",
    "successor",
    "successor_on",
)


def written_down(
    policy: GrandfatheringPolicy, found: Iterable[tuple[Outcome, str]]
) -> Iterator[Outcome]:
    """The outcomes with the terms that were seen, each written down as it passes by."""
    names = ", ".join(
        PreviewLine._meta.get_field(name).column for name in (*OF_A_LINE, *OF_A_FUTURE)
    )
    into = f"COPY {PreviewLine._meta.db_table} ({names}) FROM STDIN"
    spelled = _Spelled()
    found = iter(found)
    while some := list(islice(found, BATCH)):
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for outcome, terms in some:
                line = outcome.line
                own = (policy.pk, line.pk, line.account_id, outcome.exception, outcome.amount)
                copy.write_row((*own, terms, *spelled.cells(outcome.future)))
        for outcome, _ in some:
            yield outcome


class _Spelled:
    """What is written of a future, which many lines share."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[Future, tuple]] = {}

    def cells(self, future: Future) -> tuple:
        known = self._last.get(id(future))  # it is kept beside: its id is its own
        if known is None:
            if len(self._last) >= BATCH:
                self._last.clear()
            known = self._last[id(future)] = future, _cells(future)
        return known[1]


def _cells(future: Future) -> tuple:
    days, kept = future.policy.shown
    path = future.policy
    return (
        str(future.status),
        future.listed,
        None if future.uplift is None else float(future.uplift),
        _array(days),
        _array(kept),
        _array(_paid(future.forced)),
        path.successor and path.successor.pk,
        path.moves_on,
    )


def _paid(path: Path) -> list:
    return path.shown[1]


def _array(values: Iterable) -> str:
    return "{" + ",".join(map(str, values)) + "}"
