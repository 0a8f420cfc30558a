"""Offers that nobody should choose."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from pricing.dominance import dominated
from pricing.oddities import dominated_remark
from pricing.offered import OFFERS, about, offered, place


@finding(Severity.WARNING, needs=OFFERS)
def dominated_offer(asked: Asked) -> Iterator[Found]:
    """An offer is dominated by another. That one gives at least as much for no more money, in
    the same market, so whoever compares never chooses this one."""
    found, told = asked.once(offered), set()
    for market in found.markets:
        for each in dominated(found.priced(market)):
            pair = (each.offer.plan.pk, each.by.plan.pk, market.currency, market.interval)
            if pair not in told:
                told.add(pair)
                sentence = dominated_remark(each, market.currency).sentence.removesuffix(".")
                plan = each.offer.plan
                facts = {"by": each.by.plan.code, "interval": market.interval}
                yield Found(plan, f"{sentence} ({place(market)}).", about(plan), facts)
