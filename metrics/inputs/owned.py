"""What each owner's customers paid at the two ends of a period, and what came in between."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db import connection

from metrics.columns.columns import distinct
from metrics.columns.window import Window, windows
from metrics.inputs.pairs import GROUPS
from metrics.lines import ACCOUNTS
from metrics.registry import Asked, Group, Input, Read

# Who looks after whole accounts; days as the columns count them.
ASSIGNED = """
SELECT assigned.account_id, member.user_id, assigned.starts_on - '0001-01-01'::date + 1,
       coalesce(assigned.ends_on, '9999-12-31') - '0001-01-01'::date + 1
FROM accounts_assignment assigned JOIN accounts_member member ON member.id = assigned.member_id
WHERE assigned.product_id IS NULL AND assigned.starts_on < %(until)s
  AND (assigned.ends_on IS NULL OR assigned.ends_on >= %(since)s) AND {which}"""
FILTERS = {
    "owner": "member.user_id = %(owner)s",
    ACCOUNTS: f"assigned.account_id = ANY(%({ACCOUNTS})s::bigint[])",
}


@dataclass(frozen=True)
class Book:
    """Accounts: what each paid at the opening, pays at the closing, and brought in between."""

    opening: np.ndarray
    closing: np.ndarray
    new: np.ndarray
    expansion: np.ndarray

    @cached_property
    def paying(self) -> np.ndarray:
        return self.opening > 0

    @property
    def customers(self) -> int:
        return int(np.count_nonzero(self.paying))

    @property
    def pair(self) -> tuple[np.ndarray, np.ndarray]:
        """What those who paid at the opening pay at the closing, and paid."""
        return self.closing[self.paying], self.opening[self.paying]


class Owned:
    """One book of accounts with their owners; an account may have several, in several roles."""

    def __init__(self, window: Window, mask: np.ndarray | None, assigned: np.ndarray) -> None:
        self.window = window
        columns, classed = window.columns, window.classed_by
        place = np.searchsorted(columns.id, assigned[:, 0])
        place = place.clip(max=max(len(columns.id) - 1, 0))
        if not len(columns.id):
            self.accounts = self.users = np.empty(0, dtype=np.int64)
            return
        opening = (window.start).toordinal() - 1
        day = np.where(window.before > 0, opening, columns.day[classed])[place]
        meant = (columns.id[place] == assigned[:, 0]) & (classed[place] > 0)
        meant &= (assigned[:, 2] <= day) & (day < assigned[:, 3])
        if mask is not None:
            meant &= mask[place]
        pairs = distinct(assigned[meant, 1] * len(columns.id) + place[meant])
        self.users, self.accounts = np.divmod(pairs, len(columns.id))

    @cached_property
    def each(self) -> Book:
        """Every account of the columns; of hidden ones nobody asks, for they have no owner."""
        window, size = self.window, len(self.window.columns.id)
        moving = (window.moving(kind) for kind in ("new", "expansion"))
        new, expansion = (np.bincount(each.account, each.change, size) for each in moving)
        return Book(window.before, window.after, new, expansion)

    def of(self, accounts: np.ndarray) -> list[np.ndarray]:
        every = self.each
        columns = (every.opening, every.closing, every.new, every.expansion)
        return [column[accounts] for column in columns]

    def by_user(self) -> Iterator[tuple[int, np.ndarray]]:
        users, begins = np.unique(self.users, return_index=True)
        yield from zip(users.tolist(), np.split(self.accounts, begins[1:]), strict=False)

    @property
    def currencies(self) -> set[str]:
        names, places = self.window.columns.currencies
        return {names[place] for place in np.unique(places[self.accounts])}


@dataclass(frozen=True)
class Books:
    """The books of all owners in a stretch."""

    parts: tuple[Owned, ...]

    @cached_property
    def whole(self) -> Book:
        """Everything that has an owner, once."""
        return _joined([part.of(distinct(part.accounts)) for part in self.parts])

    @cached_property
    def of_owners(self) -> dict[int, Book]:
        """The book of each owner, by the number of the user."""
        found: dict[int, list] = defaultdict(list)
        for part in self.parts:
            for user, accounts in part.by_user():
                found[user].append(part.of(accounts))
        return {user: _joined(found[user]) for user in sorted(found)}

    @property
    def customers(self) -> int:
        return self.whole.customers

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted(set().union(*(part.currencies for part in self.parts))))


def _joined(parts: list[list[np.ndarray]]) -> Book:
    return Book(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def read(asked: Asked) -> Read:
    """The books of all who are meant, with the owners of the opening; who did not pay then is
    their owner's of the first day in the period on which they do. And of each group."""
    assigned = _assigned(asked)
    total: list[Books] = []
    groups: dict[Group, list[list[Owned]]] = defaultdict(lambda: [[] for _ in asked.stretches])
    for place, stretch in enumerate(windows(asked)):
        chosen = [(window, window.chosen(asked.ids, asked)) for window in stretch]
        total.append(Books(tuple(Owned(window, mask, assigned) for window, mask in chosen)))
        for window, mask in chosen:
            for key, found in window.groups_of(asked):
                both = found if mask is None else found & mask
                groups[key][place].append(Owned(window, both, assigned))
    empty = [Owned(window, np.zeros(len(window.columns.id), dtype=bool), assigned)
             for window, _ in chosen]  # fmt: skip
    return Read(
        total,
        {key: [Books(tuple(each or empty)) for each in parts] for key, parts in groups.items()},
    )


def _assigned(asked: Asked) -> np.ndarray:
    """Account, user, first day, and first day after, of whoever had an owner in the stretches."""
    where = [text for name, text in FILTERS.items() if name in asked.ids]
    values = {
        "since": min(start for start, _ in asked.stretches),
        "until": max(end for _, end in asked.stretches),
    }
    with connection.cursor() as cursor:
        text = ASSIGNED.replace("{which}", " AND ".join(where) or "TRUE")
        cursor.execute(text, {**asked.ids, **values})
        return np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 4)


OWNED = Input(
    read,
    True,
    ("segment", "region", "product", "plan", "cohort", "currency", "owner", "gap_days"),
    GROUPS,
)
