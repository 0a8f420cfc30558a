"""What committing to a year saves, tier by tier."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from pricing.annual import annuals_of, inconsistent
from pricing.offered import OFFERS, about, offered


@finding(Severity.INFO, needs=OFFERS)
def annual_discounts_differ(asked: Asked) -> Iterator[Found]:
    """Tiers of a product save different shares by the year. Each may be meant so; customers who
    compare them ask why, and wait for the larger."""
    found = asked.once(offered)
    for book in found.books:
        prices = (p for p in found.prices.sheet.known.values() if p.book_id == book.pk)
        for least, most in inconsistent(annuals_of(prices)):
            plan = least.charge.plan
            sentence = (
                f"By the year {plan} saves {least.saved * 100:.1f} % and {most.charge.plan} "
                f"{most.saved * 100:.1f} %, in {book} and {least.currency}."
            )
            facts = {
                "book": book.code,
                "least": round(float(least.saved), 6),
                "most": round(float(most.saved), 6),
            }
            yield Found(plan, sentence, about(plan), facts)
