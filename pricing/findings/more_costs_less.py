"""Prices that fall while the quantity grows."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from pricing.bands import dips
from pricing.offered import OFFERS, about, offered


@finding(Severity.INFO, needs=OFFERS)
def more_costs_less(asked: Asked) -> Iterator[Found]:
    """A larger quantity costs less than a smaller one. A volume price prices every unit by the
    band that holds the quantity, so just beyond a band's end the whole may become cheaper."""
    for price in asked.once(offered).prices.sheet.known.values():
        for dip in dips(price.terms(), currency=price.currency):
            plan = price.charge.plan
            sentence = f"{price.charge} in {price.book}, {price.currency}: {dip}."
            yield Found(plan, sentence, about(plan), {"book": price.book.code})
