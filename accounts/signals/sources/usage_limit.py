"""Use of what is limited comes near its limit, or exceeds it."""

from datetime import date

from accounts.entitlements.ratios import APPROACHING, URGENT, limits, question
from accounts.signals.source import Family, Question, Rule, source, stretch

NEAR = """
SELECT DISTINCT ON (near.account_id) near.account_id,
       near.grade || ':' || %(stretch)s AS occurrence, near.ratio AS value, near.grade,
       format('%%s of %%s %%s %%s in use, %%s %%%%: %%s.', trim_scale(near.used),
              trim_scale(near.allowed), nullif(feature.unit, ''), feature.name,
              trim_scale(round(near.ratio * 100, 1)), near.grade) AS why,
       near.feature_id, feature.product_id
FROM (
    SELECT ratio.*, CASE WHEN ratio.ratio > 1 THEN 'exceeded'
                         WHEN ratio.ratio >= %(urgent)s THEN 'urgent'
                         ELSE 'approaching' END AS grade
    FROM ({ratios}) AS ratio (account_id, feature_id, used, allowed, ratio)
) near JOIN pricing_feature feature ON feature.id = near.feature_id
WHERE (%(feature)s::bigint IS NULL OR feature.id = %(feature)s)
  AND (%(product)s::bigint IS NULL OR feature.product_id = %(product)s)
ORDER BY near.account_id, near.ratio DESC, feature.code"""


@source(family=Family.USAGE, takes=("feature", "threshold"), lasts=True)
def usage_limit(rule: Rule, on: date) -> Question:
    """Near a limit: 80 % of it in use is approaching, 90 % urgent, more than all exceeded.

    The figures are the thresholds usage-approaching and usage-urgent; the rule's own threshold is
    the share from which it fires at all. Each grade is a signal of its own.
    """
    figures = limits(on=on)
    least = figures[APPROACHING] if rule.least is None else rule.least
    ratios, values = question(on=on, at_least=least)
    asked = {
        "urgent": figures[URGENT],
        "stretch": str(stretch(rule, on)),
        "feature": rule.feature_id,
        "product": rule.watched_id,
    }
    return Question(NEAR.format(ratios=ratios), {**values, **asked})
