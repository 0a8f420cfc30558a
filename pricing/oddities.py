"""What is odd about plans that are quoted: where whoever sells should look twice."""

from collections.abc import Iterable, Sequence

from portfolio.models import ProductStatus
from pricing.bands import dips
from pricing.dominance import Dominated, Priced, dominated, members_of
from pricing.ladders import Band, Ladder
from pricing.models import Plan
from pricing.offers import Offer
from pricing.remarks import Remark
from pricing.resolution import NoPrice
from pricing.shelf import Shelf


def remarks_on(
    shelf: Shelf,
    wanted: Sequence[Plan],
    useful: Sequence[Plan],
    ladders: Sequence[Ladder],
    offers: Sequence[Offer],
) -> list[Remark]:
    """What is odd about plans that are wanted, the bundles that cover some, and their prices."""
    return [
        *_unsold(shelf, [*shelf.asked, *(plan for plan in wanted if plan not in shelf.asked)]),
        *(remark for ladder in ladders if (remark := judged(ladder))),
        *_of_long_intervals(shelf, useful),
        *_dominated(shelf, wanted, useful),
        *_falling(offers),
    ]


def _unsold(shelf: Shelf, plans: Sequence[Plan]) -> Iterable[Remark]:
    for plan in plans:
        status = plan.status(on=shelf.on)
        if status != ProductStatus.ON_SALE:
            sentence = f"{plan} is not on sale on {shelf.on}: {status.label.lower()}."
            yield Remark("not_on_sale", sentence, (plan,))
        if isinstance(refusal := shelf.offer(plan), NoPrice):
            yield Remark("no_price", str(refusal), (plan,))


def judged(ladder: Ladder, than: str = "its parts separately") -> Remark | None:
    """What to say of a bundle's discount: nothing where it is in guidance."""
    if ladder.band in (None, Band.IN_GUIDANCE):
        return None
    low, high = ladder.guided
    if ladder.band is Band.DEARER:
        verdict = f"{-ladder.discount * 100:.2f} % dearer than {than}"
    else:
        verdict = f"{ladder.discount * 100:.2f} % cheaper than {than}, which is {ladder.band.words}"
    sentence = (
        f"{ladder.plan} is {verdict}: guidance is {low} to {high} {ladder.currency} for "
        f"{ladder.sum_of_parts}."
    )
    return Remark(f"bundle_{ladder.band}", sentence, (ladder.plan,))


def _of_long_intervals(shelf: Shelf, plans: Sequence[Plan]) -> Iterable[Remark]:
    """Commitment and bundle together may come to a discount that neither is by itself."""
    for plan in plans:
        ladder = shelf.against_months(plan)
        if ladder and (remark := judged(ladder, "its parts paid by the month")):
            yield Remark(f"{remark.code}_with_commitment", remark.sentence, remark.plans)


def _dominated(shelf: Shelf, wanted: Sequence[Plan], useful: Sequence[Plan]) -> Iterable[Remark]:
    priced = [
        Priced(plan, members_of(plan, shelf.contents.get(plan.pk)), total)
        for plan in {plan.pk: plan for plan in (*useful, *wanted)}.values()
        if (total := shelf.prices.total(plan, shelf.market)) is not None
    ]
    for each in dominated(priced):
        yield dominated_remark(each, shelf.market.currency)


def dominated_remark(found: Dominated, currency: str) -> Remark:
    offer, by = found.offer, found.by
    sentence = (
        f"{offer.plan} costs {offer.total} {currency}, and {by.plan} gives at least as much "
        f"for {by.total}: nobody should choose it."
    )
    return Remark("dominated_offer", sentence, (offer.plan, by.plan))


def _falling(offers: Sequence[Offer]) -> Iterable[Remark]:
    prices = {line.price.pk: line for offer in offers for line in (*offer.lines, *offer.once)}
    for line in prices.values():
        for dip in dips(line.price.terms(), currency=line.price.currency):
            plans = (line.charge.plan,)
            yield Remark("more_costs_less", f"{line.charge}: {dip}.", plans)
