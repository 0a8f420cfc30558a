"""Customers have people who use it far more than most."""

from datetime import date
from decimal import Decimal

from accounts.signals.source import Family, Question, Rule, source, stretch
from portfolio.models import Threshold

PERCENTILE, MOST = "power-user-percentile", Decimal("0.9")
POWER = """
SELECT DISTINCT ON (latest.account_id) latest.account_id, %(stretch)s AS occurrence,
       latest.value, '' AS grade,
       format('%%s people use %%s more than %%s %%%% of its users do.', trim_scale(latest.value),
              feature.name, trim_scale(%(percentile)s * 100)) AS why,
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
    """Power users: at least so many people use a feature more than most, by the threshold
    power-user-percentile.

    Whoever tells usage counts them, those above that percentile of all its users, and tells the
    number in usage days of that kind.
    """
    percentile = Threshold.objects.values_on(on).get(PERCENTILE, MOST)
    return Question(
        POWER,
        {
            "on": on,
            "stretch": str(stretch(rule, on)),
            "days": rule.within,
            "percentile": percentile,
            "least": rule.least,
            "feature": rule.feature_id,
            "product": rule.watched_id,
        },
    )
