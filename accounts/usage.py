"""Taking in what customers used: many days at once, each of them as often as it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts.models import UsageDay

# `incoming` has account_id, feature_id, kind, day and value, each key once. What is known
# already is left alone; sorted, so that two writers of the same days wait and never deadlock.
WRITE = """
INSERT INTO accounts_usageday AS known (account_id, feature_id, kind, day, value)
SELECT account_id, feature_id, kind, day, incoming.value
FROM {incoming} LEFT JOIN accounts_usageday was USING (account_id, feature_id, kind, day)
WHERE was.value IS DISTINCT FROM incoming.value
ORDER BY account_id, feature_id, kind, day
ON CONFLICT (account_id, feature_id, kind, day) DO UPDATE SET value = excluded.value
WHERE known.value <> excluded.value
RETURNING xmax = 0 AS added"""
COUNTED = "WITH written AS ({write}) SELECT count(*) FILTER (WHERE added), count(*) FROM written"
GIVEN = """unnest(%s::bigint[], %s::bigint[], %s::varchar[], %s::date[], %s::numeric[])
    AS incoming (account_id, feature_id, kind, day, value)"""


@dataclass(frozen=True)
class Used:
    """What is told of one day; account and feature by id."""

    account: int
    feature: int
    kind: str
    day: date
    value: Decimal

    @property
    def key(self) -> tuple:
        return self.account, self.feature, self.kind, self.day


@dataclass(frozen=True)
class Taken:
    """How many rows were told, and how many of them were new or told otherwise."""

    rows: int
    added: int
    changed: int

    @property
    def unchanged(self) -> int:
        return self.rows - self.added - self.changed


@transaction.atomic
def record_usage(used: Sequence[Used]) -> Taken:
    """Keep what was used; a day that is told again has the new value. Each key at most once."""
    columns = zip(*((*each.key, each.value) for each in used), strict=True)
    return write_from(GIVEN, [list(column) for column in columns], len(used)) if used else NOTHING


NOTHING = Taken(0, 0, 0)


def write_from(incoming: str, values: Sequence, rows: int) -> Taken:
    """Write the rows of a relation called `incoming`; one statement, however many."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(write=WRITE.format(incoming=incoming)), values)
        added, written = cursor.fetchone()
    return Taken(rows, added, written - added)


def usage_of(used: Used) -> UsageDay:
    """The row that tells of the day."""
    return UsageDay.objects.select_related("account", "feature").get(
        account=used.account, feature=used.feature, kind=used.kind, day=used.day
    )
