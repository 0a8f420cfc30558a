"""Which accounts have a renewal at hand."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

# A term ends every `term_months` after the start, counted from the start: the 31st stays it.
RENEWING = """
SELECT DISTINCT account_id
FROM accounts_subscription s,
     LATERAL (SELECT (12 * (extract(year FROM %(start)s::date) - extract(year FROM starts_on))
                      + extract(month FROM %(start)s::date) - extract(month FROM starts_on))::int
                     AS months) gone,
     LATERAL (SELECT (s.starts_on + make_interval(months => term_months * n))::date AS boundary
              FROM generate_series(greatest(gone.months / term_months, 1),
                                   gone.months / term_months + 2) AS n) term
WHERE account_id = ANY(%(accounts)s) AND starts_on <= %(start)s
  AND (ends_on IS NULL OR ends_on > %(start)s)
  AND least(boundary, coalesce(ends_on, boundary)) >= %(start)s
  AND least(boundary, coalesce(ends_on, boundary)) < %(end)s
  AND term_months > 1
"""


def renewing(*, accounts: Iterable[int], start: date, end: date) -> set[int]:
    """Of these accounts, those with a subscription whose term ends in `[start, end)`.

    Whoever may leave any month has no renewal to prepare.
    """
    with connection.cursor() as cursor:
        cursor.execute(RENEWING, {"accounts": list(accounts), "start": start, "end": end})
        return {account for (account,) in cursor.fetchall()}
