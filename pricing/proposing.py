"""Lines that a tool of finance proposes become a draft release: the one thing that is reviewed.

A sheet, an adjustment and a clone all fill the same temporary table, whose rows are compared with
the book and written by a few statements, however many there are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction

from config.audit.context import summarising
from pricing.impact import Impact, held_charges, impact_of
from pricing.models import PriceRelease
from pricing.preview import Change, preview
from pricing.publication import NotInState, lock_book

SHOWN = 100
# `before` is the price that the line succeeds: what the book says on the day before the release.
PROPOSED = """
CREATE TEMP TABLE proposed_price (
    place bigint NOT NULL, charge_id bigint NOT NULL, currency text NOT NULL,
    interval text NOT NULL, is_end boolean NOT NULL, model text NOT NULL,
    flat_amount numeric, unit_amount numeric, included_units numeric, package_size numeric,
    credits numeric, is_minimum boolean NOT NULL,
    bands jsonb, seen text NOT NULL DEFAULT '', before bigint, change text,
    PRIMARY KEY (charge_id, currency, interval)
) ON COMMIT DROP
"""
# What the book says on the day before a release, bands included. The bands of a price are asked
# for by its key: tables that were filled a moment ago have no statistics to join them by.
KNOWN = """
SELECT p.*, (
    SELECT jsonb_agg(jsonb_build_array(from_quantity, to_quantity, b.unit_amount, b.flat_amount)
                     ORDER BY from_quantity)
    FROM pricing_pricetier b WHERE b.price_id = p.id
) AS bands
FROM pricing_price p
WHERE p.book_id = %(book)s AND p.published_at IS NOT NULL AND NOT p.cancelled
  AND NOT p.is_end AND p.starts_on <= %(eve)s AND (p.ends_on IS NULL OR p.ends_on > %(eve)s)
"""
COMPARE = f"""
UPDATE proposed_price line SET before = old.id, change = CASE
    WHEN line.is_end THEN 'ended'
    WHEN (old.model, old.flat_amount, old.unit_amount, old.included_units, old.package_size,
          old.credits, old.is_minimum, old.bands)
         IS DISTINCT FROM
         (line.model, line.flat_amount, line.unit_amount, line.included_units, line.package_size,
          line.credits, line.is_minimum, line.bands) THEN 'changed'
    ELSE 'same' END
FROM ({KNOWN}) old
WHERE (old.charge_id, old.currency, old.interval) = (line.charge_id, line.currency, line.interval)
"""  # noqa: S608  (our own text)
THE_REST = """
UPDATE proposed_price SET change = CASE WHEN is_end THEN 'same' ELSE 'new' END WHERE before IS NULL
"""
REPLACE = """
DELETE FROM pricing_price old USING proposed_price line
WHERE old.release_id = %(release)s AND line.change <> 'same'
  AND (old.charge_id, old.currency, old.interval) = (line.charge_id, line.currency, line.interval)
"""
WRITE = """
INSERT INTO pricing_price (release_id, book_id, charge_id, currency, interval, starts_on, is_end,
    model, flat_amount, unit_amount, included_units, package_size, credits, is_minimum, cancelled)
SELECT %(release)s, %(book)s, charge_id, currency, interval, %(day)s, is_end, model, flat_amount,
    unit_amount, included_units, package_size, credits, is_minimum, false
FROM (SELECT *, row_number() OVER (ORDER BY place) AS number FROM proposed_price
      WHERE change <> 'same') line
WHERE %(some)s::bigint[] IS NULL OR number <= %(first)s OR charge_id = ANY(%(some)s)
ORDER BY place
"""
WRITE_BANDS = """
INSERT INTO pricing_pricetier (price_id, from_quantity, to_quantity, unit_amount, flat_amount)
SELECT p.id, (band ->> 0)::numeric, (band ->> 1)::numeric, (band ->> 2)::numeric,
       (band ->> 3)::numeric
FROM pricing_price p JOIN proposed_price line USING (charge_id, currency, interval)
CROSS JOIN jsonb_array_elements(line.bands) band
WHERE p.release_id = %(release)s AND line.change <> 'same' ORDER BY p.id
"""


@dataclass(frozen=True)
class Proposal:
    """What a draft would change: how many lines of each kind, the first hundred, the impact.

    `release` is stored where it was drafted, and is none that anybody finds where it was shown.
    """

    release: PriceRelease
    counts: dict[str, int]
    changes: list[Change] = field(default_factory=list)
    impact: Impact | None = None

    @property
    def is_empty(self) -> bool:
        return not self.counts["lines"]


@contextmanager
def proposing() -> Iterator[None]:
    """A transaction in which lines are proposed: `proposed_price` is there, and empty."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS proposed_price")
            cursor.execute(PROPOSED)
        yield


def compare(release: PriceRelease) -> dict[str, int]:
    """Say of each proposed line what it changes; how many are new, changed, ended and the same."""
    _run(COMPARE, release)
    _run(THE_REST, release)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE proposed_price")
        cursor.execute("SELECT change, count(*) FROM proposed_price GROUP BY change")
        found = dict(cursor.fetchall())
    counts = {kind: found.get(kind, 0) for kind in ("new", "changed", "ended", "same")}
    return {"lines": sum(counts.values()) - counts["same"], **counts}


def show(release: PriceRelease, counts: dict[str, int]) -> Proposal:
    """What the draft would be; nothing of it stays.

    The lines that are looked at are written for a moment, and read as those of any release: so
    the preview is what the release will say.
    """
    with transaction.atomic():
        _check_open(release)
        release.save()
        held = held_charges(release)
        _write(release, some=held)
        changes = preview(release=release, lines=_first(release))
        impact = impact_of(release)
        transaction.set_rollback(True)
    return Proposal(release, counts, changes, impact)


def keep(release: PriceRelease, counts: dict[str, int]) -> Proposal:
    """Write the draft, or the lines into the draft that there is, in place of those of their key.

    Raises NotInState for a release that is published or cancelled.
    """
    with transaction.atomic():
        if release.pk is not None:
            lock_book(release)
        _check_open(release)
        release.save()
        with summarising():
            _write(release)
        release.refresh_from_db()
    return Proposal(release, counts)


def _check_open(release: PriceRelease) -> None:
    if not release.is_open:
        raise NotInState(f"It is {release.get_state_display().lower()}: it is never edited.")


def _first(release: PriceRelease):
    """The first lines in the order in which they were proposed, which is that of their numbers."""
    return release.lines.order_by("pk")[:SHOWN]


def _write(release: PriceRelease, *, some: list[int] | None = None) -> None:
    """Lines and bands; with `some`, only the first and those of these charges."""
    _run(REPLACE, release)
    _run(WRITE, release, some=some, first=SHOWN)
    _run(WRITE_BANDS, release)


def _run(statement: str, release: PriceRelease, **names) -> None:
    facts = {
        "release": release.pk,
        "book": release.book_id,
        "day": release.effective_on,
        "eve": release.effective_on - timedelta(days=1),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**facts, **names})
