"""Which products accounts hold together because one bundle or platform contains both."""

from collections.abc import Callable
from datetime import date

from django.db import connection

from metrics.engine import ACCOUNTS
from metrics.inputs.rows import PROFILE
from metrics.lines import lines_of
from metrics.registry import Asked, Group, Ids

# Few lines are held by a bundle, and an index has those alone.
TOGETHER = """
WITH line AS MATERIALIZED (
    SELECT account_id, subscription_id, bundle_plan_id, product_id
    FROM {lines} AS line
    WHERE bundle_plan_id IS NOT NULL AND product_id IS NOT NULL
          AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
)
SELECT one.product_id, other.product_id, count(DISTINCT one.account_id)
FROM line one JOIN line other USING (subscription_id, bundle_plan_id)
JOIN accounts_account account ON account.id = one.account_id {profile}
WHERE one.product_id <> other.product_id AND {where}
GROUP BY 1, 2"""
FILTERS = {
    "segment": "profile.segment_id = %(segment)s",
    "region": "profile.region_id = %(region)s",
    "currency": "account.currency = %(currency)s",
    ACCOUNTS: f"account.id = ANY(%({ACCOUNTS})s::bigint[])",
}
GROUPS = {
    "segment": "profile.segment_id",
    "region": "profile.region_id",
    "currency": "account.currency",
}
Pairs = dict[tuple[int, int], int]


def bundled(
    asked: Asked, *, on: date, ids: Ids, group: tuple[str, Group] | None
) -> Callable[[], Pairs]:
    """Reads, when called, how many accounts have each two products from one bundle."""

    def read() -> Pairs:
        where = [FILTERS[name] for name in ids if name in FILTERS]
        if group:
            where.append(f"{GROUPS[group[0]]} IS NOT DISTINCT FROM %(group)s")
        version, gap_days = asked.version, asked.scope.gap_days
        text = TOGETHER.format(
            lines=lines_of(version, gap_days),
            profile=PROFILE.format(day="%(on)s"),
            where=" AND ".join(where) or "TRUE",
        )
        values = {**ids, "on": on, "group": group and group[1]}
        values |= {"known": version.known, "gap": gap_days}
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return {(one, other): count for one, other, count in cursor.fetchall()}

    return read
