"""The figures that judgements start with, as migrations bring them."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.migrations import RunSQL

ADD = """
    INSERT INTO portfolio_threshold (code, value, source, starts_on)
    SELECT code, value, %s, '2000-01-01' FROM unnest(%s::text[], %s::numeric[]) new (code, value)
    WHERE NOT EXISTS (SELECT FROM portfolio_threshold old WHERE old.code = new.code)
"""
REMOVE = "DELETE FROM portfolio_threshold WHERE source = %s AND code = ANY (%s::text[])"


def thresholds(source: str, figures: Mapping[str, str]) -> RunSQL:
    """Operation of a migration: figures by code, editable afterwards, with where they come from.

    A code that is there keeps its figures; going back leaves those that were given another source.
    """
    codes, values = list(figures), [Decimal(figure) for figure in figures.values()]
    return RunSQL([(ADD, [source, codes, values])], [(REMOVE, [source, codes])])
