"""What an account's entries must be, given its lines and profiles: the one derivation.

The statement reads the accounts of the relation `touched` and yields, for each account and day
on which something changed, the entry that should be in force. Everything is net per account
and day, and everything is set-wise: one account costs what a million do, divided.
"""

from accounts.models.ledger import Part

# One row a product and account for each day on which a paid line of it starts or ends. Free
# lines are held but not paid; the ledger does not know them. A plan that came or went is another
# tier, or an add-on; of a capacity pack it is more or less of the same. Credits are of no product:
# their rows have none.
PRODUCT_DAYS = """
edges AS (
    SELECT line.account_id, line.product_id, line.plan_id, edge.day,
           sum(edge.sign) AS lines,
           sum(edge.sign * line.mrr)::bigint AS mrr,
           sum(edge.sign * line.quantity) AS quantity,
           sum(edge.sign * line.list_amount / CASE line.interval
               WHEN 'month' THEN 1 WHEN 'quarter' THEN 3 WHEN 'year' THEN 12 END) AS list,
           bool_and(line.quantity IS NOT NULL AND line.list_amount IS NOT NULL) AS known
    FROM touched
    JOIN {lines} line USING (account_id)
    CROSS JOIN LATERAL (VALUES (line.starts_on, 1), (line.ends_on, -1)) AS edge (day, sign)
    WHERE {stands} AND line.mrr > 0 AND edge.day IS NOT NULL
    GROUP BY 1, 2, 3, 4
),
plan_edges AS (
    SELECT edges.*, sum(lines) OVER w AS lines_after
    FROM edges
    WINDOW w AS (PARTITION BY account_id, product_id, plan_id ORDER BY day)
),
product_changes AS (
    SELECT account_id, plan_edges.product_id, day, sum(mrr)::bigint AS change,
           sum(quantity) AS quantity, sum(list) AS list, bool_and(known) AS known,
           coalesce(bool_or((lines_after > 0) <> (lines_after - lines > 0))
                    FILTER (WHERE kind = 'tier'), FALSE) AS tier_changed,
           coalesce(bool_or((lines_after > 0) <> (lines_after - lines > 0))
                    FILTER (WHERE kind = 'add_on'), FALSE) AS add_on_changed
    FROM plan_edges JOIN pricing_plan plan ON plan.id = plan_id
    GROUP BY 1, 2, 3
),
product_days AS (
    SELECT *,
           (sum(change) OVER w)::bigint AS after,
           row_number() OVER w = 1 AS first_time
    FROM product_changes
    WINDOW w AS (PARTITION BY account_id, product_id ORDER BY day)
)"""

# Why a kept product brings more or less: another tier first, then an add-on, then quantity, then
# list price, then the discount. Where quantity and list price are unknown, more of a tier is
# capacity. So are credits, which nobody owns as a product.
PRODUCT_PARTS = """
product_parts AS (
    SELECT account_id, product_id, day, change, after, first_time,
           CASE
               WHEN product_id IS NULL AND change > 0 THEN 'capacity_upsell'
               WHEN product_id IS NULL AND change < 0 THEN 'downsell'
               WHEN after = change THEN 'added'
               WHEN after = 0 THEN 'removed'
               WHEN change = 0 THEN 'same'
               WHEN tier_changed AND change > 0 THEN 'tier_upsell'
               WHEN tier_changed THEN 'downsell'
               WHEN add_on_changed AND change > 0 THEN 'feature_upsell'
               WHEN add_on_changed THEN 'downsell'
               WHEN change > 0 AND (NOT known OR quantity > 0) THEN 'capacity_upsell'
               WHEN change < 0 AND (NOT known OR quantity < 0) THEN 'downsell'
               WHEN list <> 0 THEN 'price_change'
               WHEN change > 0 THEN 'discount_end'
               ELSE 'discount_start'
           END AS part
    FROM product_days
)"""

# Sets are summed as numbers with one bit a product, numbered for this statement only.
ACCOUNT_DAYS = """
bits AS MATERIALIZED (
    SELECT id AS product_id,
           trunc(power(2::numeric, row_number() OVER (ORDER BY id) - 1)) AS bit
    FROM portfolio_product
),
account_changes AS (
    SELECT account_id, day, sum(change)::bigint AS change,
           coalesce(sum(CASE part WHEN 'added' THEN bit WHEN 'removed' THEN -bit END), 0) AS bits,
           bool_or(part = 'added') AS added,
           bool_or(part = 'removed') AS removed,
           sum(change) FILTER (WHERE part IN ('added', 'removed')) AS switch_net,
           sum(change) FILTER (WHERE part = 'added' AND first_time) AS cross_sell,
           sum(change) FILTER (WHERE part = 'added' AND NOT first_time) AS re_add,
           sum(change) FILTER (WHERE part = 'removed') AS product_drop,
           sum(change) FILTER (WHERE part = 'tier_upsell') AS tier_upsell,
           sum(change) FILTER (WHERE part = 'feature_upsell') AS feature_upsell,
           sum(change) FILTER (WHERE part = 'capacity_upsell') AS capacity_upsell,
           sum(change) FILTER (WHERE part = 'price_change') AS price_change,
           sum(change) FILTER (WHERE part = 'downsell') AS downsell,
           sum(change) FILTER (WHERE part = 'discount_start') AS discount_start,
           sum(change) FILTER (WHERE part = 'discount_end') AS discount_end,
           count(*) FILTER (
               WHERE part IN ('tier_upsell', 'feature_upsell', 'capacity_upsell')) AS upsells
    FROM product_parts LEFT JOIN bits USING (product_id)
    GROUP BY 1, 2
),
profile_edges AS (
    SELECT DISTINCT profile.account_id, edge.day
    FROM touched
    JOIN {profiles} profile USING (account_id)
    CROSS JOIN LATERAL (VALUES (profile.starts_on), (profile.ends_on)) AS edge (day)
    WHERE edge.day IS NOT NULL
),
account_days AS (
    SELECT account_id, day, coalesce(c.change, 0) AS change, coalesce(c.bits, 0) AS bits,
           (sum(c.change) OVER w)::bigint AS mrr_after,
           sum(c.bits) OVER w AS bits_after,
           min(day) FILTER (WHERE c.change > 0) OVER (PARTITION BY account_id) AS first_day,
           c.added AND c.removed AS switched,
           c.switch_net, c.cross_sell, c.re_add, c.product_drop, c.tier_upsell,
           c.feature_upsell, c.capacity_upsell, c.price_change, c.downsell, c.discount_start,
           c.discount_end, c.upsells
    FROM account_changes c FULL JOIN profile_edges USING (account_id, day)
    WINDOW w AS (PARTITION BY account_id ORDER BY day)
)"""

# The segment and region of the day before and of the day itself; a day on which only they
# change is an entry if the account holds something.
TIMELINE = """
timeline AS MATERIALIZED (
    SELECT day.account_id, day.day AS effective_on, account.currency,
           CASE WHEN change <> 0 OR bits <> 0 THEN 'change' ELSE 'reclass' END AS kind,
           bits_after - bits AS bits_before, bits_after,
           mrr_after - change AS mrr_before, mrr_after,
           before.segment_id AS segment_before_id, since.segment_id AS segment_after_id,
           before.region_id AS region_before_id, since.region_id AS region_after_id,
           mrr_after > 0 AND day.day = first_day AS is_first,
           mrr_after - change > 0 AND mrr_after > 0 AS pays_on_both_sides,
           switched, upsells, cross_sell, re_add, tier_upsell, feature_upsell, capacity_upsell,
           price_change, downsell, product_drop, switch_net, discount_start, discount_end
    FROM account_days day
    JOIN accounts_account account ON account.id = day.account_id
    LEFT JOIN {profiles} before ON before.account_id = day.account_id
         AND before.starts_on < day.day AND (before.ends_on IS NULL OR before.ends_on >= day.day)
    LEFT JOIN {profiles} since ON since.account_id = day.account_id
         AND since.starts_on <= day.day AND (since.ends_on IS NULL OR since.ends_on > day.day)
    WHERE change <> 0 OR bits <> 0
       OR (bits_after <> 0 AND (before.segment_id, before.region_id)
                               IS DISTINCT FROM (since.segment_id, since.region_id))
),
sets AS MATERIALIZED (
    SELECT held.*, {number} AS id
    FROM (
        SELECT mask.bits, ARRAY(
                   SELECT product_id FROM bits WHERE mod(div(mask.bits, bit), 2) = 1 ORDER BY 1
               ) AS products
        FROM (SELECT bits_after FROM timeline UNION SELECT bits_before FROM timeline
              ORDER BY 1) AS mask (bits)
    ) AS held
)"""

# Parts explain a change of an account that pays before and after; products that came and went
# on one day are one part, their net.
_EXPLAINED = {
    "cross_sell": "NOT switched",
    "re_add": "NOT switched",
    "product_drop": "NOT switched",
    "switch_net": "switched",
}
ENTRY_PARTS = ",\n           ".join(
    f"CASE WHEN pays_on_both_sides AND {_EXPLAINED.get(name, 'TRUE')} "
    f"THEN nullif({name}, 0)::bigint END AS {name}"
    for name in Part.values
)

COLUMNS = (
    "account_id",
    "effective_on",
    "kind",
    "currency",
    "set_before_id",
    "set_after_id",
    "mrr_before",
    "mrr_after",
    "segment_before_id",
    "segment_after_id",
    "region_before_id",
    "region_after_id",
    "is_first",
    "upsells",
    *Part.values,
)

EXPECTED = f"""
expected AS MATERIALIZED (
    SELECT account_id, effective_on, kind, currency, b.id AS set_before_id, a.id AS set_after_id,
           mrr_before, mrr_after, segment_before_id, segment_after_id,
           region_before_id, region_after_id, is_first,
           CASE WHEN pays_on_both_sides THEN nullif(upsells, 0)::smallint END AS upsells,
           {ENTRY_PARTS}
    FROM timeline
    JOIN sets b ON b.bits = timeline.bits_before
    JOIN sets a ON a.bits = timeline.bits_after
)"""


def expected(
    *,
    lines: str = "accounts_subscriptionline",
    stands: str = "line.voided_at IS NULL",
    profiles: str = "accounts_accountprofile",
    number: str = "accounts_product_set(held.products)",
) -> str:
    """SQL of the items of a WITH list that end in `expected`; `touched` comes before them.

    Figures ask what entries would be if lines were others: `lines` and `profiles` name the
    relations to read, `stands` tells which lines count, `number` the id of the set that holds
    `held.products`.
    """
    items = ",".join([PRODUCT_DAYS, PRODUCT_PARTS, ACCOUNT_DAYS, TIMELINE, EXPECTED])
    return items.format(lines=lines, stands=stands, profiles=profiles, number=number)


IN_FORCE = """
last_entries AS (
    SELECT DISTINCT ON (entry.account_id, entry.effective_on) entry.*
    FROM touched JOIN accounts_ledgerentry entry USING (account_id)
    ORDER BY entry.account_id, entry.effective_on, entry.position DESC
),
in_force AS (SELECT * FROM last_entries WHERE sign = 1)"""


def _columns(prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in COLUMNS)


def differences(touched: str) -> str:
    """SQL of a WITH list that ends in `difference`: what must be appended to the ledger.

    `touched` is a query that yields `account_id`. Rows have `sign` and the entry's columns: -1
    takes back an entry that is in force and no longer right, +1 says what holds instead.
    """
    return f"""
WITH touched AS MATERIALIZED ({touched}),{expected()},{IN_FORCE},
difference AS MATERIALIZED (
    SELECT -1 AS sign, {_columns("f.")}
    FROM in_force f LEFT JOIN expected e USING (account_id, effective_on)
    WHERE e.account_id IS NULL OR ({_columns("f.")}) IS DISTINCT FROM ({_columns("e.")})
    UNION ALL
    SELECT 1, {_columns("e.")}
    FROM expected e LEFT JOIN in_force f USING (account_id, effective_on)
    WHERE f.account_id IS NULL OR ({_columns("f.")}) IS DISTINCT FROM ({_columns("e.")})
)"""


def append(source: str) -> str:
    """SQL of the last two steps: take as many positions as `source` has rows, and insert them.

    Positions follow the days, so that the entries of a stretch of days lie together.
    """
    return f"""
taken AS (
    INSERT INTO accounts_ledgerhead AS head (id, position)
    SELECT 1, count(*) FROM {source} HAVING count(*) > 0
    ON CONFLICT (id) DO UPDATE SET position = head.position + EXCLUDED.position
    RETURNING head.position
)
INSERT INTO accounts_ledgerentry (position, recorded_at, sign, {_columns()})
SELECT taken.position - count(*) OVER () + row_number() OVER (
           ORDER BY effective_on, account_id, sign),
       clock_timestamp(), sign, {_columns()}
FROM {source} CROSS JOIN taken"""
