"""What a holding becomes at the end of a term at which it moves to what takes its place; pure."""

from dataclasses import replace
from datetime import date

from accounts.facts import Cost, Facts, Grant, Lock, Terms
from accounts.holdings import successor
from accounts.models import Origin
from pricing.resolution import Ask, NoPrice, Resolved


def at_successor(*, facts: Facts, now: Terms, on: date) -> Resolved | str:
    """What the holding costs the customer on the day at what takes its place, or why it is none."""
    line, price = facts.lines[0], now.cost.price
    way = facts.ways.get(line.charge_id)
    if line.bundle_plan_id:
        return "It is held by a bundle: what takes the place of a part of it is agreed on by hand."
    if price is None:
        return "Its terms were agreed: those at a successor are agreed on as well."
    if way is None:
        return f"Nothing says which plan takes the place of {line.plan}."
    buyer = facts.customer.on(on)
    ask = Ask(buyer, way.charge, price.currency, price.interval, facts.quantity)
    found = facts.history.on(on).resolve(ask)
    return str(found) if isinstance(found, NoPrice) else found


def moved_to(*, facts: Facts, cost: Cost, lock: Lock | None, trace: list[dict], on: date) -> Terms:
    """The terms from the day on at what takes its place, with its facts from then on.

    The line goes on as another line of its lineage, not written yet.
    """
    (line,) = facts.lines
    way = facts.ways[line.charge_id]
    versions = [each for each in facts.versions.get(way.plan.pk, ()) if each.starts_on <= on]
    version = next((each.pk for each in versions if not each.ends_on or each.ends_on > on), None)
    new = successor(
        line=line,
        on=on,
        origin=Origin.MIGRATION,
        trace=trace,
        plan_id=way.plan.pk,
        plan_version_id=version,
        floor_version_id=None,
        charge=way.charge,
        product_id=way.plan.product_id,
        price=cost.price,
        amount=cost.amount,
        list_amount=cost.list_amount,
    )
    there = replace(facts, lines=(new,), charge=way.charge, lock=lock, is_discounted=False)
    return Terms(cost, (cost.amount,), (cost.list_amount,), (Grant(version),), there)
