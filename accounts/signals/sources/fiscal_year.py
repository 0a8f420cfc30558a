"""A customer's fiscal year is about to begin."""

from datetime import date

from accounts.signals.asking import LATE
from accounts.signals.source import Family, Question, Rule, source
from config.periods import next_month

BEGINNING = """
SELECT id AS account_id, %(begins)s::text AS occurrence, (%(begins)s - %(on)s)::numeric AS value,
       '' AS grade,
       format('Their fiscal year begins on %%s, in %%s days.', %(begins)s,
              %(begins)s - %(on)s) AS why,
       NULL::bigint AS feature_id, NULL::bigint AS product_id
FROM accounts_account WHERE fiscal_year_starts = %(month)s"""
NOBODY = "SELECT NULL::bigint, '', NULL::numeric, '', '', NULL::bigint, NULL::bigint WHERE false"


@source(family=Family.TIME, days=60)
def fiscal_year(rule: Rule, on: date) -> Question:
    """A fiscal year begins in so many days, by the account's month; told up to a week late."""
    begins = next_month(date.fromordinal(on.toordinal() + rule.within - LATE))
    if not 0 < (begins - on).days <= rule.within:
        return Question(NOBODY, {})
    return Question(BEGINNING, {"on": on, "begins": begins, "month": begins.month})
