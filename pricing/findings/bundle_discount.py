"""What bundles save."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from pricing.ladders import Band, Ladder
from pricing.oddities import judged
from pricing.offered import OFFERS, about, offered, place
from pricing.offers import Market


def _found(ladder: Ladder, market: Market) -> Found:
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


@finding(Severity.ERROR, needs=OFFERS)
def bundle_dearer_than_its_parts(asked: Asked) -> Iterator[Found]:
    """A bundle costs more than its parts separately. Nobody who adds up will buy it: a release
    that brings this about is refused, a change of what is on sale may still do."""
    for ladder, market in asked.once(offered).ladders():
        if ladder.band is Band.DEARER:
            yield _found(ladder, market)


@finding(Severity.WARNING, needs=OFFERS)
def bundle_discount(asked: Asked) -> Iterator[Found]:
    """A bundle saves too little or gives too much away. Guidance is 15 to 30 percent less than
    the parts; a small discount moves nobody, a deep one is hard to take back."""
    for ladder, market in asked.once(offered).ladders():
        if ladder.band not in (None, Band.IN_GUIDANCE, Band.DEARER):
            yield _found(ladder, market)
