"""What bundles save."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from pricing.ladders import Band, Ladder
from pricing.oddities import judged
from pricing.offered import OFFERS, about, offered, place
from pricing.offers import Market


def found_of(ladder: Ladder, market: Market) -> Found:
    """What a kind of finding says of a bundle in a market."""
    remark = judged(ladder)
    low, high = ladder.guided
    facts = {
        "price": str(ladder.price),
        "sum_of_parts": str(ladder.sum_of_parts),
        "currency": market.currency,
        "interval": market.interval,
        "discount": round(float(ladder.discount), 6),
        "band": ladder.band.value,
        "guided_from": str(low),
        "guided_to": str(high),
    }
    sentence = f"{remark.sentence.removesuffix('.')} {place(market)}."
    return Found(ladder.plan, sentence, about(ladder.plan), facts)


@finding(Severity.WARNING, needs=OFFERS)
def bundle_discount(asked: Asked) -> Iterator[Found]:
    """A bundle saves too little or gives too much away. Guidance is 15 to 30 percent less than
    the parts; a small discount moves nobody, a deep one is hard to take back."""
    for ladder, market in asked.once(offered).ladders():
        if ladder.band not in (None, Band.IN_GUIDANCE, Band.DEARER):
            yield found_of(ladder, market)
