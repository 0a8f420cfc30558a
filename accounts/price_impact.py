"""Which customers hold what a release of prices changes, as far as they pay by its book."""

from collections.abc import Iterator

from django.db import connection

from accounts.models import Account, SubscriptionLine
from config.access.scoping import narrowed
from config.money import from_minor
from pricing.impact import Held, Holdings
from pricing.models import PriceRelease

# A book is for a customer ({0}) whom it does not exclude; the smaller the rank, the more special.
FOR_WHOM = """
({1}.account_code IS NULL OR {1}.account_code = {0}.code)
AND ({1}.segment_id IS NULL OR {1}.segment_id = {0}.segment_id)
AND ({1}.region_id IS NULL OR {1}.region_id = {0}.region_id)"""
RANK = """
CASE WHEN {0}.account_code IS NOT NULL THEN 0
     WHEN {0}.segment_id IS NOT NULL AND {0}.region_id IS NOT NULL THEN 1
     WHEN {0}.segment_id IS NOT NULL THEN 2 WHEN {0}.region_id IS NOT NULL THEN 3 ELSE 4 END"""
HELD = f"""
FROM pricing_price line
JOIN pricing_pricebook book ON book.id = line.book_id
JOIN accounts_subscriptionline held
  ON held.charge_id = line.charge_id AND held.interval = line.interval AND held.voided_at IS NULL
 AND held.starts_on <= %(day)s AND (held.ends_on IS NULL OR held.ends_on > %(day)s)
JOIN LATERAL (
    SELECT a.id, a.code, p.segment_id, p.region_id FROM accounts_account a
    LEFT JOIN accounts_accountprofile p ON p.account_id = a.id AND p.starts_on <= %(day)s
     AND (p.ends_on IS NULL OR p.ends_on > %(day)s)
    WHERE a.id = held.account_id AND a.currency = line.currency
) buyer ON {FOR_WHOM.format("buyer", "book")}
WHERE line.release_id = %(release)s AND NOT EXISTS (
    SELECT FROM pricing_price other JOIN pricing_pricebook own ON own.id = other.book_id
    WHERE (other.charge_id, other.currency, other.interval)
        = (line.charge_id, line.currency, line.interval)
      AND other.published_at IS NOT NULL AND NOT other.cancelled AND NOT other.is_end
      AND other.starts_on <= %(day)s AND (other.ends_on IS NULL OR other.ends_on > %(day)s)
      AND {FOR_WHOM.format("buyer", "own")} AND {RANK.format("own")} < {RANK.format("book")})
"""


def charges(release: PriceRelease) -> list[int]:
    """The charges that somebody holds on the first day of the release."""
    held = SubscriptionLine.objects.live(on=release.effective_on)
    return list(held.order_by().values_list("charge", flat=True).distinct())


def lines(release: PriceRelease) -> Iterator[Held]:
    """The lines that the release is about, of customers for whom its book is the one that counts.

    A customer whose own contract, segment or region has a price for the same is not concerned.
    """
    found = _ask(
        "SELECT line.charge_id, line.currency, line.interval, held.quantity, count(*), "
        f"sum(held.mrr) {HELD} GROUP BY 1, 2, 3, 4",
        release,
    )
    for charge, currency, interval, quantity, count, mrr in found:
        yield Held(charge, currency, interval, quantity, count, from_minor(int(mrr), currency))


def customers(release: PriceRelease) -> int:
    """How many customers these are."""
    return _ask(f"SELECT count(DISTINCT held.account_id) {HELD}", release)[0][0]


def sees_all(actor) -> bool:
    """Whether sums over all customers are for the actor's eyes."""
    return actor.has_perm("accounts.view_subscriptionline") and not narrowed(Account, actor)


def _ask(statement: str, release: PriceRelease) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"release": release.pk, "day": release.effective_on})
        return cursor.fetchall()


HOLDINGS = Holdings(charges=charges, lines=lines, customers=customers, sees=sees_all)
