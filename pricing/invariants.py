"""What must hold of prices as a whole."""

from collections.abc import Iterator

from django.db import connection

from config.invariants import invariant

SHOWN = 20


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {SHOWN}")
        return cursor.fetchall()


@invariant
def prices_were_approved_by_somebody_else() -> Iterator[str]:
    """No price was published without somebody else's approval of exactly its content."""
    found = rows(
        "SELECT DISTINCT r.id FROM pricing_pricerelease r "
        "LEFT JOIN pricing_price p ON p.release_id = r.id AND p.published_at IS NOT NULL "
        "WHERE (r.state = 'published' OR p.id IS NOT NULL) AND (r.approver_id IS NULL "
        "OR r.submitter_id IS NULL OR r.approver_id IN (r.author_id, r.submitter_id) "
        "OR r.content_hash <> pricing_release_content(r.id))"
    )
    for (release,) in found:
        yield f"price release {release}"


@invariant
def prices_follow_one_another() -> Iterator[str]:
    """A published price ends where the next of its book, charge, currency and interval starts."""
    found = rows(
        "SELECT id, ends_on, next FROM (SELECT id, ends_on, lead(starts_on) OVER "
        "(PARTITION BY book_id, charge_id, currency, interval ORDER BY starts_on) AS next "
        "FROM pricing_price WHERE published_at IS NOT NULL AND NOT cancelled) price "
        "WHERE ends_on IS DISTINCT FROM next"
    )
    for price, ends_on, following in found:
        yield f"price {price} ends on {ends_on}, the next starts on {following}"


@invariant
def prices_stand_with_their_release() -> Iterator[str]:
    """Every line of a published release is published, and cancelled only with its release."""
    found = rows(
        "SELECT p.id, r.state FROM pricing_price p JOIN pricing_pricerelease r "
        "ON r.id = p.release_id WHERE (r.state = 'published') <> "
        "(p.published_at IS NOT NULL AND NOT p.cancelled) "
        "OR (p.published_at IS NOT NULL AND p.starts_on <> r.effective_on)"
    )
    for price, state in found:
        yield f"price {price} of a release that is {state}"
