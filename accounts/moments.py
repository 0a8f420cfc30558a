"""Moments to ask a customer how it goes: nearly used up, or used on many days; told once."""

from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts.entitlements.ratios import URGENT, limits, question
from accounts.usage_events import usage_moment
from config.postgresql.limits import allow_long_work

HABIT = "survey-days-of-use"
OTHERWISE = {HABIT: Decimal(30)}
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('accounts.moments'))"
NEAR_FULL = """
INSERT INTO accounts_usagemoment (account_id, feature_id, kind, day)
SELECT account_id, feature_id, 'near_full', %(on)s::date FROM ({ratios}) AS ratio
ON CONFLICT DO NOTHING RETURNING account_id, feature_id, kind, day"""
HABITS = """
INSERT INTO accounts_usagemoment (account_id, feature_id, kind, day)
SELECT account_id, feature_id, 'habit', %(on)s::date FROM accounts_usageday
WHERE kind = 'use' AND value > 0 AND day <= %(on)s
GROUP BY account_id, feature_id HAVING count(*) >= %(days)s
ON CONFLICT DO NOTHING RETURNING account_id, feature_id, kind, day"""
NEW = """
WITH moment AS ({moments})
SELECT account.code, moment.kind, feature.code, moment.day
FROM moment JOIN accounts_account account ON account.id = moment.account_id
JOIN pricing_feature feature ON feature.id = moment.feature_id
ORDER BY account.code, feature.code"""


@transaction.atomic
def tell_moments(*, on: date) -> int:
    """Emit `usage.moment` for every account and feature that has come so far; each once, ever.

    Near full: the use of what is limited is usage-urgent of it or more. Habit: used on
    survey-days-of-use days. Returns how many were told; a second time tells none.
    """
    allow_long_work()
    figures = OTHERWISE | limits(on=on)
    ratios, values = question(on=on, at_least=figures[URGENT])
    found: list[tuple] = []
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        for moments, asked in (
            (NEAR_FULL.format(ratios=ratios), values),
            (HABITS, {"on": on, "days": int(figures[HABIT])}),
        ):
            cursor.execute(NEW.format(moments=moments), asked)
            found += cursor.fetchall()
    for moment in found:
        usage_moment(*moment)
    return len(found)
