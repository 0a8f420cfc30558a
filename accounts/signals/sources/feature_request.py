"""Customers ask for a feature that their plans do not grant."""

from datetime import date

from accounts.entitlements.ratios import FRESH, limits
from accounts.entitlements.relation import EFFECTIVE, asked
from accounts.models import BehaviourEvent, BehaviourKind
from accounts.signals.asking import since, until
from accounts.signals.source import Family, Question, Rule, source

LACKING = """
WITH {effective}, request AS (
    SELECT DISTINCT ON (account_id, feature_id) account_id, feature_id, id
    FROM accounts_behaviourevent
    WHERE kind = 'feature_request' AND at < %(until)s AND at >= %(since)s
      AND feature_id IS NOT NULL
      AND (%(feature)s::bigint IS NULL OR feature_id = %(feature)s)
    ORDER BY account_id, feature_id, at DESC, id DESC
)
SELECT request.account_id, 'event ' || request.id AS occurrence, NULL::numeric AS value,
       '' AS grade, format('They ask for %%s, which they do not have.', feature.name) AS why,
       request.feature_id, feature.product_id
FROM request JOIN pricing_feature feature ON feature.id = request.feature_id
LEFT JOIN effective USING (account_id, feature_id)
WHERE NOT (coalesce(effective.flag, false) OR coalesce(effective.unlimited, false)
           OR coalesce(effective.quantity, 0) > 0 OR coalesce(effective.place, 0) > 0)
  AND (%(product)s::bigint IS NULL OR feature.product_id = %(product)s)"""


@source(family=Family.BEHAVIOUR, takes=("feature",), days=14)
def feature_request(rule: Rule, on: date) -> Question:
    """A feature asked for: within the last days, and not granted by what they have."""
    begin, end = since(on, rule.within), until(on)
    events = BehaviourEvent.objects.filter(
        kind=BehaviourKind.FEATURE_REQUEST, at__gte=begin, at__lt=end, feature__isnull=False
    )
    accounts = events.order_by().values_list("account", flat=True).distinct()
    values = asked(on=on, fresh=int(limits(on=on)[FRESH]), accounts=accounts)
    mine = {
        "since": begin,
        "until": end,
        "feature": rule.feature_id,
        "product": rule.watched_id,
    }
    return Question(LACKING.format(effective=EFFECTIVE), {**values, **mine})
