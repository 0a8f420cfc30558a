"""What must hold of the catalog as a whole."""

from collections.abc import Iterator

from django.db import connection

from config.invariants import invariant

BEFORE_ITSELF = """
WITH RECURSIVE way (start, here) AS (
    SELECT before_id, after_id FROM portfolio_sequence
    UNION
    SELECT way.start, step.after_id
    FROM way JOIN portfolio_sequence step ON step.before_id = way.here
)
SELECT code FROM way JOIN portfolio_product product ON product.id = way.here
WHERE way.start = way.here ORDER BY code
"""


@invariant
def sequences_form_no_circle() -> Iterator[str]:
    """No product comes before itself, not even by way of others."""
    with connection.cursor() as cursor:
        cursor.execute(BEFORE_ITSELF)
        for (code,) in cursor.fetchall():
            yield f"product {code}"


BACK_TO_ITSELF = """
WITH RECURSIVE way (start, here) AS (
    SELECT product_id, successor_id FROM portfolio_sunsetplan WHERE successor_id IS NOT NULL
    UNION
    SELECT way.start, plan.successor_id
    FROM way JOIN portfolio_sunsetplan plan ON plan.product_id = way.here
    WHERE plan.successor_id IS NOT NULL
)
SELECT code FROM way JOIN portfolio_product product ON product.id = way.here
WHERE way.start = way.here ORDER BY code
"""


@invariant
def successors_come_to_an_end() -> Iterator[str]:
    """No product is its own successor, not even by way of others."""
    with connection.cursor() as cursor:
        cursor.execute(BACK_TO_ITSELF)
        for (code,) in cursor.fetchall():
            yield f"product {code}"
