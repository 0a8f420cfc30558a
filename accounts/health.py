"""How well customers are: scores taken in, and the band that a score falls into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts.models import Account, Band, HealthScore
from accounts.usage import Taken
from portfolio.models import Threshold

RED, GREEN, FRESH = "health-red", "health-green", "health-fresh-days"
OTHERWISE = {RED: Decimal(0), GREEN: Decimal(0), FRESH: Decimal(30)}  # while nothing is said

WRITE = """
WITH written AS (
    INSERT INTO accounts_healthscore AS known (account_id, day, score, band, sources)
    SELECT account_id, day, score, band,
           coalesce(string_to_array(nullif(sources, ''), chr(10)), '{}')
    FROM unnest(%s::bigint[], %s::date[], %s::smallint[], %s::varchar[], %s::varchar[])
        AS incoming (account_id, day, score, band, sources)
    ORDER BY account_id, day
    ON CONFLICT (account_id, day) DO UPDATE
    SET score = excluded.score, band = excluded.band, sources = excluded.sources
    WHERE (known.score, known.band, known.sources)
        IS DISTINCT FROM (excluded.score, excluded.band, excluded.sources)
    RETURNING xmax = 0 AS added
) SELECT count(*) FILTER (WHERE added), count(*) FROM written"""


@dataclass(frozen=True)
class Scored:
    """An account's score of a day; the account by id."""

    account: int
    day: date
    score: int
    sources: tuple[str, ...] = ()

    @property
    def key(self) -> tuple:
        return self.account, self.day


def limits(*, on: date) -> dict[str, Decimal]:
    """The figures by which health is judged on the day."""
    return OTHERWISE | Threshold.objects.values_on(on)


def band_of(score: int, figures: dict[str, Decimal]) -> Band:
    """Red below health-red, green from health-green on, yellow between."""
    if score < figures[RED]:
        return Band.RED
    return Band.GREEN if score >= figures[GREEN] else Band.YELLOW


@transaction.atomic
def record_health(scored: Sequence[Scored]) -> Taken:
    """Keep scores; one that is told again for a day replaces the earlier. Each day once."""
    figures = {day: limits(on=day) for day in {each.day for each in scored}}
    columns = [
        [each.account for each in scored],
        [each.day for each in scored],
        [each.score for each in scored],
        [band_of(each.score, figures[each.day]) for each in scored],
        ["\n".join(each.sources) for each in scored],
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, columns)
        added, written = cursor.fetchone()
    return Taken(len(scored), added, written - added)


def health_of(*, account: Account, on: date) -> HealthScore | None:
    """The account's last score on or before the day; None where there is none, or a stale one."""
    days = int(limits(on=on)[FRESH])
    return account.health_scores.latest_of_each(on=on, days=days).first()
