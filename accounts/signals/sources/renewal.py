"""A committed term comes to its end."""

from datetime import date
from decimal import Decimal

from accounts.signals.asking import LATE
from accounts.signals.source import Family, Question, Rule, source

# Terms are counted from the anchor. The number of whole terms by the calendar is right or one
# too many, so that the boundary that lies in the window is that one or the one before.
RENEWING = """
SELECT DISTINCT ON (due.account_id) due.account_id, due.day::text AS occurrence,
       (due.day - %(on)s)::numeric AS value, '' AS grade,
       format('%%s renews on %%s, in %%s days.', due.code, due.day, due.day - %(on)s) AS why,
       NULL::bigint AS feature_id, NULL::bigint AS product_id
FROM (
    SELECT held.account_id, held.code, held.ends_on,
           (anchor + make_interval(months => term_months * (terms - back)))::date AS day
    FROM (
        SELECT account_id, code, term_months, starts_on, ends_on,
               coalesce(anchor_on, starts_on) AS anchor,
               ((extract(year FROM %(target)s::date) - extract(year FROM
                 coalesce(anchor_on, starts_on))) * 12
                + extract(month FROM %(target)s::date) - extract(month FROM
                  coalesce(anchor_on, starts_on)))::int / term_months AS terms
        FROM accounts_subscription
        WHERE starts_on <= %(on)s AND term_months >= %(least)s
          AND (ends_on IS NULL OR ends_on > %(on)s)
    ) held, (VALUES (0), (1)) AS one (back)
    WHERE terms > back
) due
WHERE due.day <= %(target)s AND due.day > %(target)s - %(late)s::int AND due.day > %(on)s
  AND (due.ends_on IS NULL OR due.day < due.ends_on)
  AND EXISTS (
      SELECT FROM accounts_subscriptionline line
      WHERE line.account_id = due.account_id AND line.voided_at IS NULL
        AND line.starts_on <= %(on)s AND (line.ends_on IS NULL OR line.ends_on > %(on)s)
        AND (%(product)s::bigint IS NULL OR line.product_id = %(product)s))
ORDER BY due.account_id, due.day, due.code"""


@source(family=Family.TIME, threshold=Decimal(6), days=90)
def renewal(rule: Rule, on: date) -> Question:
    """Renewal: a committed term ends in so many days; 90, 60 and 30 are usual.

    The threshold is the shortest term, in months, that counts as one. Noticed up to a week late.
    """
    target = date.fromordinal(on.toordinal() + rule.within)
    return Question(
        RENEWING,
        {
            "on": on,
            "target": target,
            "late": LATE,
            "least": rule.least,
            "product": rule.watched_id,
        },
    )
