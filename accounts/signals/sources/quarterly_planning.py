"""Customers are about to plan their next quarter."""

from datetime import date

from accounts.signals.asking import LATE
from accounts.signals.source import Family, Question, Rule, source
from accounts.signals.sources.fiscal_year import NOBODY
from config.periods import next_month

PLANNING = """
SELECT id AS account_id, %(begins)s::text AS occurrence, (%(begins)s - %(on)s)::numeric AS value,
       '' AS grade,
       format('Their quarter begins on %%s, in %%s days.', %(begins)s, %(begins)s - %(on)s) AS why,
       NULL::bigint AS feature_id, NULL::bigint AS product_id
FROM accounts_account
WHERE (%(month)s - coalesce(fiscal_year_starts, 1) + 12) %% 3 = 0"""


@source(family=Family.TIME, days=21)
def quarterly_planning(rule: Rule, on: date) -> Question:
    """A quarter begins in so many days: of the fiscal year, else of the calendar."""
    begins = next_month(date.fromordinal(on.toordinal() + rule.within - LATE))
    if not 0 < (begins - on).days <= rule.within:
        return Question(NOBODY, {})
    return Question(PLANNING, {"on": on, "begins": begins, "month": begins.month})
