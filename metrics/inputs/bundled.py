"""Which products accounts hold together because one bundle or platform contains both."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from functools import cached_property

from django.db import connection

from metrics.inputs.rows import PROFILE
from metrics.lines import ACCOUNTS, lines_of
from metrics.registry import Asked, Group, Ids

# Few lines are held by a bundle, and an index has those alone.
TOGETHER = """
WITH line AS MATERIALIZED (
    SELECT account_id, subscription_id, bundle_plan_id, product_id, starts_on,
           coalesce(ends_on, 'infinity') AS ends_on
    FROM {lines} AS line
    WHERE bundle_plan_id IS NOT NULL AND product_id IS NOT NULL
          AND starts_on <= %(last)s AND (ends_on IS NULL OR ends_on > %(first)s)
)
SELECT asked.day, {group}, one.product_id, other.product_id, count(DISTINCT one.account_id)
FROM unnest(%(days)s::date[]) AS asked (day)
JOIN line one ON one.starts_on <= asked.day AND one.ends_on > asked.day
JOIN line other ON other.subscription_id = one.subscription_id
     AND other.bundle_plan_id = one.bundle_plan_id
     AND other.starts_on <= asked.day AND other.ends_on > asked.day
JOIN accounts_account account ON account.id = one.account_id {profile}
WHERE one.product_id <> other.product_id AND {where}
GROUP BY 1, 2, 3, 4"""
FILTERS = {
    "segment": "profile.segment_id = %(segment)s",
    "region": "profile.region_id = %(region)s",
    "currency": "account.currency = %(currency)s",
    ACCOUNTS: f"account.id = ANY(%({ACCOUNTS})s::bigint[])",
}
GROUPS = {
    None: "NULL::bigint",
    "segment": "profile.segment_id",
    "region": "profile.region_id",
    "currency": "account.currency",
}
Pairs = dict[tuple[int, int], int]


class Bundles:
    """How many accounts have each two products from one bundle, on each day that is asked for.

    Read when the first of them is wanted, all days and groups at once.
    """

    def __init__(self, asked: Asked, ids: Ids) -> None:
        self.asked, self.ids = asked, ids

    def on(self, day: date, *group: Group) -> Callable[[], Pairs]:
        """Those of a day, of all or of a group."""

        def read() -> Pairs:
            groups = self._found[day]
            return groups.get(group[0], {}) if group else sum(groups.values(), Counter())

        return read

    @cached_property
    def _found(self) -> dict[date, dict[Group, Counter]]:
        """By day and group; an account is in one group on a day."""
        version, scope, days = self.asked.version, self.asked.scope, self.asked.days
        where = [FILTERS[name] for name in self.ids if name in FILTERS]
        text = TOGETHER.format(
            lines=lines_of(version, scope.gap_days),
            group=GROUPS[scope.group_by],
            profile=PROFILE.format(day="asked.day"),
            where=" AND ".join(where) or "TRUE",
        )
        values = {**self.ids, "days": days, "first": min(days), "last": max(days)}
        values |= {"known": version.known, "gap": scope.gap_days}
        found: dict[date, dict[Group, Counter]] = defaultdict(lambda: defaultdict(Counter))
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            for day, group, one, other, count in cursor.fetchall():
                found[day][group][one, other] = count
        return found
