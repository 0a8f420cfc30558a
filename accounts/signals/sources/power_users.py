"""Customers have people who use it far more than most."""

from datetime import date
from decimal import Decimal

from accounts.signals.source import Family, Question, Rule, source, stretch

POWER = """
SELECT DISTINCT ON (latest.account_id) latest.account_id, %(stretch)s AS occurrence,
       latest.value, '' AS grade,
       format('%%s power users of %%s.', trim_scale(latest.value), feature.name) AS why,
       latest.feature_id, feature.product_id
FROM (
    SELECT DISTINCT ON (account_id, feature_id) account_id, feature_id, value
    FROM accounts_usageday
    WHERE kind = 'power_users' AND day <= %(on)s AND day > %(on)s - %(days)s::int
      AND (%(feature)s::bigint IS NULL OR feature_id = %(feature)s)
    ORDER BY account_id, feature_id, day DESC
) latest JOIN pricing_feature feature ON feature.id = latest.feature_id
WHERE latest.value >= %(least)s
  AND (%(product)s::bigint IS NULL OR feature.product_id = %(product)s)
ORDER BY latest.account_id, latest.value DESC, feature.code"""


@source(family=Family.USAGE, takes=("feature",), lasts=True, threshold=Decimal(5), days=30)
def power_users(rule: Rule, on: date) -> Question:
    """Power users: at least so many people use a feature far more than most.

    Who counts as one, from which percentile of use, is told with the usage days of that kind.
    """
    return Question(
        POWER,
        {
            "on": on,
            "stretch": str(stretch(rule, on)),
            "days": rule.within,
            "least": rule.least,
            "feature": rule.feature_id,
            "product": rule.watched_id,
        },
    )
