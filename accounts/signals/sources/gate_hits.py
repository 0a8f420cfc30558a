"""Customers are stopped at a gate again and again."""

from datetime import date
from decimal import Decimal

from accounts.signals.source import Family, Question, Rule, source, stretch

HITS = """
SELECT DISTINCT ON (hits.account_id) hits.account_id, %(stretch)s AS occurrence,
       hits.times AS value, '' AS grade,
       format('Stopped at %%s %%s times in %%s days.', feature.name, trim_scale(hits.times),
              %(days)s::int) AS why,
       hits.feature_id, feature.product_id
FROM (
    SELECT account_id, feature_id, sum(value) AS times FROM accounts_usageday
    WHERE kind = 'gate_hit' AND day <= %(on)s AND day > %(on)s - %(days)s::int
      AND (%(feature)s::bigint IS NULL OR feature_id = %(feature)s)
    GROUP BY account_id, feature_id HAVING sum(value) >= %(least)s
) hits JOIN pricing_feature feature ON feature.id = hits.feature_id
WHERE %(product)s::bigint IS NULL OR feature.product_id = %(product)s
ORDER BY hits.account_id, hits.times DESC, feature.code"""


@source(family=Family.USAGE, takes=("feature",), lasts=True, threshold=Decimal(5), days=14)
def gate_hits(rule: Rule, on: date) -> Question:
    """Stopped at a gate: so many hits of one limit or locked feature within so many days."""
    return Question(
        HITS,
        {
            "on": on,
            "stretch": str(stretch(rule, on)),
            "days": rule.within,
            "least": rule.least,
            "feature": rule.feature_id,
            "product": rule.watched_id,
        },
    )
