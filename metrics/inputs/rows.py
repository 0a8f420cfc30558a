"""Rows of other tables than the ledger: which are meant, and of which stretch and group each is."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection

from metrics.lines import ACCOUNTS
from metrics.registry import Asked, Group, Read

# Conditions on the columns that a statement names.
FILTERS = {
    "segment": "profile.segment_id = %(segment)s",
    "region": "profile.region_id = %(region)s",
    "currency": "account.currency = %(currency)s",
    "cohort": "({cohort}) = %(cohort)s",
    ACCOUNTS: f"account.id = ANY(%({ACCOUNTS})s::bigint[])",
}
# The profile of the account on the day of the row.
PROFILE = """
LEFT JOIN accounts_accountprofile profile ON profile.account_id = account.id
     AND profile.starts_on <= {day} AND (profile.ends_on IS NULL OR profile.ends_on > {day})"""
# The month of the first paid day. An entry that is taken back is followed by its copy.
COHORT = """
SELECT CASE WHEN sign = 1 THEN extract(year FROM effective_on) * 12
                               + extract(month FROM effective_on) - 1 END::int
FROM accounts_ledgerentry WHERE account_id = account.id AND is_first
ORDER BY position DESC LIMIT 1"""
GROUPS = {
    "segment": "profile.segment_id",
    "region": "profile.region_id",
    "currency": "account.currency",
    "cohort": f"({COHORT})",
}


@dataclass(frozen=True)
class Rows:
    """Rows of one stretch and group; each has at least its account and the currency."""

    rows: Sequence[Any]

    @cached_property
    def customers(self) -> int:
        return len({row.account for row in self.rows})

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({row.currency for row in self.rows}))


def fetch(text: str, made: Callable, asked: Asked, filters: dict[str, str], values: dict) -> list:
    """The rows of a statement that the filters of the question leave; `filters` are its own.

    The statement has a place for {where}.
    """
    known = {**FILTERS, **filters}
    where = [
        known[name].format(cohort=COHORT) if name == "cohort" else known[name]
        for name in asked.ids
        if name in known
    ]
    with connection.cursor() as cursor:
        text = text.replace("{where}", " AND ".join(where) or "TRUE")
        cursor.execute(text, {**asked.ids, **values})
        return [made(*row) for row in cursor.fetchall()]


def of_stretches(asked: Asked, rows: list, made: Callable = Rows) -> Read:
    """The rows of each stretch [start, end) by their day, in whose order they are; and of each
    group by their key."""
    days = [row.day for row in rows]
    total, groups = [], defaultdict(lambda: [made([]) for _ in asked.stretches])
    for place, (start, end) in enumerate(asked.stretches):
        within = rows[bisect_left(days, start) if start else 0 : bisect_left(days, end)]
        total.append(made(within))
        if asked.scope.group_by:
            parts: dict[Group, list] = defaultdict(list)
            for row in within:
                parts[row.group].append(row)
            for key, found in parts.items():
                groups[key][place] = made(found)
    return Read(total, dict(groups))
