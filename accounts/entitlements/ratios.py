"""How much of their limits customers use: all of them in one question, for whoever watches."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from accounts.entitlements.relation import RATIOS, asked
from portfolio.models import Threshold

FRESH, APPROACHING, URGENT = "usage-fresh-days", "usage-approaching", "usage-urgent"
OTHERWISE = {FRESH: Decimal(30), APPROACHING: Decimal("0.8"), URGENT: Decimal("0.9")}


class Ratio(NamedTuple):
    """What an account uses of a feature that is limited; both by id."""

    account: int
    feature: int
    used: Decimal
    limit: Decimal
    ratio: Decimal


def limits(*, on: date) -> dict[str, Decimal]:
    """The figures by which use is judged on the day."""
    return OTHERWISE | Threshold.objects.values_on(on)


def nearness(ratio: Decimal | None, figures: dict[str, Decimal]) -> str | None:
    """How near to the limit: approaching from 80 %, urgent from 90 %, exceeded above all of it."""
    if ratio is None or ratio < figures[APPROACHING]:
        return None
    if ratio > 1:
        return "exceeded"
    return "urgent" if ratio >= figures[URGENT] else "approaching"


def question(
    *, on: date, at_least: Decimal, accounts: Iterable[int] | None = None
) -> tuple[str, dict]:
    """The SQL of (account_id, feature_id, used, limit, ratio) and its parameters.

    For whoever goes on with the rows in the database: put it into parentheses.
    """
    fresh = int(limits(on=on)[FRESH])
    return RATIOS, {**asked(on=on, fresh=fresh, accounts=accounts), "at_least": at_least}


def usage_ratios(
    *, on: date, at_least: Decimal = Decimal(0), accounts: Iterable[int] | None = None
) -> list[Ratio]:
    """Use over limit of these accounts, or of all, where it is at least so much; one query.

    Only what is counted and limited, and was used within the last days (usage-fresh-days).
    """
    text, values = question(on=on, at_least=at_least, accounts=accounts)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [Ratio(*row) for row in cursor.fetchall()]
