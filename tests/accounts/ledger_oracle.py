"""What the ledger must say, told again in plain Python: no shared code, no set arithmetic."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Line:
    id: int
    product: int
    plan: int
    starts_on: date
    ends_on: date | None
    mrr: int
    quantity: int | None = None
    list_amount: int | None = None
    kind: str = "tier"

    def live(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True)
class Profile:
    segment: int | None
    region: int | None
    starts_on: date
    ends_on: date | None


def expected(lines: list[Line], profiles: list[Profile]) -> dict[date, dict]:
    """The entries in force, by day: walk through every day on which anything happens."""
    lines = [line for line in lines if line.mrr > 0]
    days = {day for row in [*lines, *profiles] for day in (row.starts_on, row.ends_on) if day}
    entries, ever_paid, ever_held = {}, False, set()
    for day in sorted(days):
        before, after = _state(lines, day - timedelta(days=1)), _state(lines, day)
        old, new = _market(profiles, day - timedelta(days=1)), _market(profiles, day)
        mrr_before, mrr_after = _total(before), _total(after)
        changed = mrr_before != mrr_after or before.keys() != after.keys()
        if changed or (before and old != new):
            entries[day] = {
                "kind": "change" if changed else "reclass",
                "sets": (sorted(before), sorted(after)),
                "mrr": (mrr_before, mrr_after),
                "markets": (old, new),
                "is_first": bool(after) and not ever_paid,
                "parts": _parts(before, after, ever_held) if before and after else {},
            }
        ever_paid = ever_paid or bool(after)
        ever_held |= after.keys()
    return entries


def _state(lines: list[Line], day: date) -> dict[int, list[Line]]:
    held = defaultdict(list)
    for line in lines:
        if line.live(day):
            held[line.product].append(line)
    return dict(held)


def _market(profiles: list[Profile], day: date) -> tuple:
    for profile in profiles:
        if profile.starts_on <= day and (profile.ends_on is None or day < profile.ends_on):
            return profile.segment, profile.region
    return None, None


def _total(held: dict[int, list[Line]]) -> int:
    return sum(line.mrr for lines in held.values() for line in lines)


def _parts(before: dict, after: dict, ever_held: set[int]) -> dict[str, int]:
    parts = defaultdict(int)
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    for product in added:
        name = "cross_sell" if product not in ever_held else "re_add"
        parts["switch_net" if removed else name] += _money(after[product])
    for product in removed:
        parts["switch_net" if added else "product_drop"] -= _money(before[product])
    for product in before.keys() & after.keys():
        change = _money(after[product]) - _money(before[product])
        if change:
            parts[_why(before[product], after[product], change)] += change
    return {name: amount for name, amount in parts.items() if amount}


def _money(lines: list[Line]) -> int:
    return sum(line.mrr for line in lines)


def _why(before: list[Line], after: list[Line], change: int) -> str:
    for kind, upsell in (("tier", "tier_upsell"), ("add_on", "feature_upsell")):
        old, new = ({each.plan for each in lines if each.kind == kind} for lines in (before, after))
        if old != new:
            return upsell if change > 0 else "downsell"
    moved = [line for line in [*before, *after] if not (line in before and line in after)]
    known = all(line.quantity is not None and line.list_amount is not None for line in moved)
    more = sum(line.quantity or 0 for line in after) - sum(line.quantity or 0 for line in before)
    if change > 0 and (not known or more > 0):
        return "capacity_upsell"
    if change < 0 and (not known or more < 0):
        return "downsell"
    if sum(line.list_amount for line in after) != sum(line.list_amount for line in before):
        return "price_change"
    return "discount_end" if change > 0 else "discount_start"
