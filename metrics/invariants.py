"""What must hold of the sums."""

from collections.abc import Iterator

from django.db import connection

from config.invariants import invariant
from metrics.folding import CHANGES, KEPT, Kept

FOLDED = "position <= (SELECT coalesce(max(position), 0) FROM metrics_fold)"


def different(kept: Kept) -> str:
    """SQL of the keys whose figures differ between a table of sums and a recomputation."""
    key = ", ".join(["span", "starts_on", *kept.key])
    figures = ", ".join(kept.figures)
    spans = ", ".join(f"('{span}')" for span in kept.spans)
    changes = CHANGES[kept.changes][0](FOLDED)
    return f"""
SELECT {key} FROM (
    SELECT {key}, {figures} FROM (
        SELECT span, date_trunc(span, day)::date AS starts_on, changes.*
        FROM ({changes}) AS changes CROSS JOIN (VALUES {spans}) AS spans (span)
    ) AS expected
    UNION ALL
    SELECT {key}, {", ".join(f"-{figure}" for figure in kept.figures)} FROM {kept.table}
) AS both_sides
GROUP BY {key}
HAVING {" OR ".join(f"sum({figure}) <> 0" for figure in kept.figures)}
ORDER BY {key} LIMIT 20"""


@invariant
def sums_follow_from_the_ledger() -> Iterator[str]:
    """The sums are those that a recomputation from the folded entries gives."""
    with connection.cursor() as cursor:
        for kept in KEPT:
            cursor.execute(different(kept))
            for key in cursor.fetchall():
                yield f"{kept.table} {', '.join(map(str, key))}"
