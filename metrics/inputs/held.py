"""What accounts hold on a day by another basis than payment, or over gaps: from their lines."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
from django.db import connection

from metrics.holdings import Grain, Holdings
from metrics.inputs.bundled import Bundles
from metrics.inputs.rows import PROFILE
from metrics.lines import ACCOUNTS, PAID, lines_of
from metrics.registry import Asked, Group, Read

ACTIVE_DAYS = "activated-days"  # a threshold: for how long a product that was used is activated
LINES = """
held AS (
    SELECT account_id, product_id, mrr FROM {lines} AS line
    WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
)"""
TRIED = """
UNION ALL
SELECT trial.account_id, coalesce(feature.product_id, plan.product_id, part.product_id), 0
FROM accounts_trial trial
LEFT JOIN pricing_feature feature ON feature.id = trial.feature_id
LEFT JOIN pricing_plan plan ON plan.id = trial.plan_id
LEFT JOIN pricing_planversion version ON version.plan_id = plan.id AND plan.product_id IS NULL
     AND version.state = 'published' AND version.starts_on <= %(on)s
     AND (version.ends_on IS NULL OR version.ends_on > %(on)s)
LEFT JOIN pricing_bundleitem item ON item.plan_version_id = version.id AND NOT item.optional
LEFT JOIN pricing_plan part ON part.id = item.plan_id
WHERE trial.starts_on <= %(on)s AND (trial.ends_on IS NULL OR trial.ends_on > %(on)s)
      AND (trial.max_uses IS NULL OR trial.max_uses > (
          SELECT count(*) FROM accounts_trialuse used
          WHERE used.trial_id = trial.id AND used.day <= %(on)s))"""
USED = """
EXISTS (SELECT FROM accounts_usageday usage JOIN pricing_feature feature
        ON feature.id = usage.feature_id
        WHERE usage.account_id = held.account_id AND feature.product_id = held.product_id
              AND usage.kind = 'use' AND usage.value > 0
              AND usage.day > %(on)s - %(active)s AND usage.day <= %(on)s)"""
STATEMENT = """
WITH {lines},
each AS (
    SELECT held.account_id, sum(held.mrr)::bigint AS mrr,
           coalesce(array_agg(DISTINCT held.product_id)
                    FILTER (WHERE held.product_id IS NOT NULL AND {used}), ARRAY[]::bigint[])
           AS products
    FROM (SELECT * FROM held {tried}) AS held
    GROUP BY 1
)
SELECT {group}, account.currency, each.products, each.mrr, count(*)
FROM each JOIN accounts_account account ON account.id = each.account_id {profile}
WHERE ({holds}) AND {where}
GROUP BY 1, 2, 3, 4"""
GROUPS = {
    None: "NULL::bigint",
    "segment": "profile.segment_id",
    "region": "profile.region_id",
    "currency": "account.currency",
}
FILTERS = {
    "segment": "profile.segment_id = %(segment)s",
    "region": "profile.region_id = %(region)s",
    "currency": "account.currency = %(currency)s",
    "product": "%(product)s = ANY(each.products)",
    ACCOUNTS: f"each.account_id = ANY(%({ACCOUNTS})s::bigint[])",
}


def is_plain(asked: Asked) -> bool:
    """Whether the ledger knows what is asked for: what is paid on the day itself."""
    return asked.scope.basis in (None, "paid") and not asked.scope.gap_days


def read(asked: Asked, *, grain: Grain) -> Read:
    """The holdings of all and of each group, at the end of each stretch."""
    total: list[Holdings] = []
    groups: dict[Group, list[Holdings]] = defaultdict(lambda: [_none(grain) for _ in asked.days])
    bundles = Bundles(asked, asked.ids)
    for place, day in enumerate(asked.days):
        rows = _rows(asked, day, grain)
        total.append(replace(holdings_of(rows, grain), bundled=bundles.on(day)))
        if asked.scope.group_by:
            parts: dict[Group, list] = defaultdict(list)
            for row in rows:
                parts[row[0]].append(row)
            for key, found in parts.items():
                held = replace(holdings_of(found, grain), bundled=bundles.on(day, key))
                groups[key][place] = held
    return Read(total, dict(groups))


def _none(grain: Grain) -> Holdings:
    return holdings_of([], grain)


def _rows(asked: Asked, day: date, grain: Grain) -> list[tuple]:
    """Group, currency, products, revenue, and how many accounts have just these."""
    scope, version = asked.scope, asked.version
    paid = scope.basis in (None, "paid")
    filters = [name for name in asked.ids if name != "product" or grain is Grain.SIZES]
    lines = lines_of(version, scope.gap_days, counts=PAID if paid else "TRUE")
    text = STATEMENT.format(
        lines=LINES.format(lines=lines),
        tried="" if paid else TRIED,
        used=USED if scope.basis == "activated" else "TRUE",
        group=GROUPS[scope.group_by],
        profile=PROFILE.format(day="%(on)s"),
        holds="each.mrr > 0" if paid else "cardinality(each.products) > 0",
        where=" AND ".join(FILTERS[name] for name in filters if name in FILTERS) or "TRUE",
    )
    active = int(asked.catalog.thresholds(day)[ACTIVE_DAYS])
    values = {"on": day, "gap": scope.gap_days or 0, "active": active, "known": version.known}
    with connection.cursor() as cursor:
        cursor.execute(text, {**asked.ids, **values})
        return cursor.fetchall()


def holdings_of(rows: Iterable[tuple], grain: Grain) -> Holdings:
    """The rows summed by which products they are, or by how many."""
    rows = list(rows)
    sums: dict[tuple, Counter] = defaultdict(Counter)
    for _, _, products, mrr, accounts in rows:
        key = len(products) if grain is Grain.SIZES else tuple(products)
        sums[key].update(accounts=accounts, mrr=accounts * mrr, squared=accounts * mrr * mrr)
    keys = sorted(sums)
    columns = [np.array([sums[key][name] for key in keys]) for name in ("accounts", "mrr")]
    squared = np.array([float(sums[key]["squared"]) for key in keys])
    most = max(((mrr, len(products)) for _, _, products, mrr, _ in rows), default=(0, 0))
    each = np.array([(mrr, len(p)) for _, _, p, mrr, n in rows for _ in range(n)], dtype=float)
    return Holdings(
        np.array(keys if grain is Grain.SIZES else range(len(keys)), dtype=np.int64),
        *(column.astype(np.int64) for column in columns),
        squared,
        tuple(sorted({row[1] for row in rows})),
        lambda: each.reshape(-1, 2),
        None if grain is Grain.SIZES else tuple(keys),
        largest=lambda: most,
    )
