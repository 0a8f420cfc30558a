"""Customers do something that tells of a chance."""

from datetime import date
from decimal import Decimal

from accounts.signals.asking import until
from accounts.signals.source import Family, Question, Rule, source

DONE = """
SELECT last.account_id, 'event ' || last.id AS occurrence, last.times::numeric AS value,
       '' AS grade,
       format('%%s in %%s days: %%s.',
              CASE last.times WHEN 1 THEN 'Once' ELSE last.times || ' times' END,
              %(days)s::int, %(told)s::text) AS why,
       last.feature_id, coalesce(last.product_id, feature.product_id) AS product_id
FROM (
    SELECT DISTINCT ON (account_id) account_id, id, feature_id, product_id,
           count(*) OVER (PARTITION BY account_id) AS times
    FROM accounts_behaviourevent
    WHERE kind = %(behaviour)s AND at < %(until)s
      AND at >= %(until)s - make_interval(days => %(days)s)
      AND (%(feature)s::bigint IS NULL OR feature_id = %(feature)s)
      AND (%(product)s::bigint IS NULL OR product_id IS NULL OR product_id = %(product)s)
    ORDER BY account_id, at DESC, id DESC
) last LEFT JOIN pricing_feature feature ON feature.id = last.feature_id
WHERE last.times >= %(least)s"""


def done(rule: Rule, behaviour: str, on: date) -> Question:
    """The last event of each account that has so many of a kind within the rule's days."""
    return Question(
        DONE,
        {
            "until": until(on),
            "behaviour": behaviour,
            "told": behaviour.replace("_", " "),
            "days": rule.within,
            "least": rule.least,
            "feature": rule.feature_id,
            "product": rule.watched_id,
        },
    )


@source(
    family=Family.BEHAVIOUR,
    takes=("feature",),
    needs=("behaviour",),
    threshold=Decimal(1),
    days=14,
)
def behaviour(rule: Rule, on: date) -> Question:
    """Behaviour: a customer did something at least so many times within so many days.

    Exports to another tool, work done twice and complaints about an integration lead to products
    beside; initiatives to the platform; questions and visits to a higher tier.
    """
    return done(rule, rule.behaviour, on)
