"""Customers have got value from a product, and need more and more of it."""

from datetime import date
from decimal import Decimal

from accounts.signals.source import Family, Question, Rule, source, stretch

GROWING = """
SELECT DISTINCT ON (grown.account_id) grown.account_id, %(stretch)s AS occurrence,
       grown.growth AS value, '' AS grade,
       format('They reached what they bought %%s for, and use %%s %%%% more of %%s than before.',
              product.name, trim_scale(round(grown.growth * 100, 1)), feature.name) AS why,
       grown.feature_id, feature.product_id
FROM (
    SELECT account_id, feature_id, avg(value) FILTER (WHERE day > %(on)s - %(days)s::int)
           / avg(value) FILTER (WHERE day <= %(on)s - %(days)s::int) - 1 AS growth
    FROM accounts_usageday
    WHERE kind = 'use' AND value > 0 AND day <= %(on)s AND day > %(on)s - 2 * %(days)s::int
      AND (%(feature)s::bigint IS NULL OR feature_id = %(feature)s)
      AND account_id IN (
          SELECT account_id FROM accounts_valueoutcome WHERE achieved_on <= %(on)s)
    GROUP BY account_id, feature_id
) grown
JOIN pricing_feature feature ON feature.id = grown.feature_id
JOIN portfolio_product product ON product.id = feature.product_id
WHERE grown.growth >= %(least)s
  AND (%(product)s::bigint IS NULL OR feature.product_id = %(product)s)
  AND EXISTS (
      SELECT FROM accounts_valueoutcome reached
      WHERE reached.account_id = grown.account_id AND reached.product_id = feature.product_id
        AND reached.achieved_on <= %(on)s)
ORDER BY grown.account_id, grown.growth DESC, feature.code"""


@source(family=Family.VALUE, takes=("feature",), lasts=True, threshold=Decimal("0.2"), days=30)
def growing_value(rule: Rule, on: date) -> Question:
    """Value realised and growing needs: an outcome of a product, and ever more use of it.

    Both are needed: use on the average day of the last days is larger by the threshold than in
    as many days before.
    """
    return Question(
        GROWING,
        {
            "on": on,
            "stretch": str(stretch(rule, on)),
            "days": rule.within,
            "least": rule.least,
            "feature": rule.feature_id,
            "product": rule.watched_id,
        },
    )
