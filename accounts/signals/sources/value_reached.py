"""Customers have just reached what they bought a product for."""

from datetime import date

from accounts.signals.source import Family, Question, Rule, source

REACHED = """
SELECT reached.account_id, 'outcome ' || reached.id AS occurrence, NULL::numeric AS value,
       '' AS grade, format('%%s: %%s', product.name, reached.description) AS why,
       NULL::bigint AS feature_id, reached.product_id
FROM accounts_valueoutcome reached
JOIN portfolio_product product ON product.id = reached.product_id
WHERE reached.achieved_on <= %(on)s AND reached.achieved_on > %(on)s - %(days)s::int
  AND (%(product)s::bigint IS NULL OR reached.product_id = %(product)s)"""


@source(family=Family.VALUE, days=30)
def value_reached(rule: Rule, on: date) -> Question:
    """A goal reached: an outcome of a product was recorded within the last days."""
    return Question(REACHED, {"on": on, "days": rule.within, "product": rule.watched_id})
