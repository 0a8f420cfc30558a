"""A seeded book of customers: who holds what, from when to when, for how much.

Twenty products with Zipf weights; an anchor product first, the others by affinity to it; three
segments that hold different numbers of products; tier changes; products and whole accounts that
leave and come back. Prices are not calibrated: only costs are meaningful, not the figures.
"""

from dataclasses import dataclass

import numpy as np

FIRST_DAY = np.datetime64("2021-01-01")
LAST_DAY = np.datetime64("2026-01-01")  # exclusive; what runs until here is open
DAYS = int((LAST_DAY - FIRST_DAY).astype(int))
PRODUCTS, TIERS, REGIONS = 20, 3, 4
SEGMENTS = ("smb", "mid", "enterprise")
SHARES = (0.70, 0.22, 0.08)
MORE_PRODUCTS = np.array([1.3, 2.4, 4.6])  # mean number beyond the first, by segment
ATTACH_GAP = np.array([360.0, 280.0, 200.0])  # days between products
SEATS = np.array([6.0, 45.0, 400.0])
MULTI_LANDING, PRODUCT_CHURN, RE_ADD, RETURN = 0.08, 0.22, 0.35, 0.18
ACCOUNT_LIFE, TIER_CHANGE = 3_600.0, 400.0  # mean days
PIECE = 100_000


@dataclass(frozen=True)
class Book:
    """Accounts (segment, region, first day) and items; days count from FIRST_DAY.

    An item that has not ended ends on day DAYS. Items of one account and product never overlap.
    """

    segment: np.ndarray
    region: np.ndarray
    created: np.ndarray
    account: np.ndarray
    product: np.ndarray
    tier: np.ndarray
    start: np.ndarray
    end: np.ndarray
    mrr: np.ndarray

    @property
    def items(self) -> int:
        return len(self.account)


def make_book(accounts: int, seed: int = 1) -> Book:
    """The book of so many accounts; the same number and seed give the same one."""
    sizes = [min(PIECE, accounts - first) for first in range(0, accounts, PIECE)]
    pieces = []
    for number, size in enumerate(sizes):
        piece = _piece(size, np.random.default_rng([seed, number]))
        piece["account"] += number * PIECE
        pieces.append(piece)
    return Book(**{name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]})


def _piece(size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    segment = rng.choice(3, size, p=SHARES)
    created = (DAYS * rng.random(size) ** 0.7).astype(np.int64)
    slots = _slots(segment, created, rng)
    items = _tier_changes(_within_accounts(_stretches(slots, rng), created, rng), rng)
    price = 900 + 350 * (items["product"] * 7 % PRODUCTS)
    seats = np.maximum(1, rng.gamma(2, SEATS[segment] / 2)).astype(np.int64)
    items["mrr"] = price * seats[items["account"]] * (2 + items["tier"] + items.pop("change")) // 2
    order = np.lexsort((items["start"], items["product"], items["account"]))
    items = {name: values[order] for name, values in items.items()}
    _assert_no_overlap(items)
    return {"segment": segment, "region": rng.choice(REGIONS, size), "created": created, **items}


def _slots(segment: np.ndarray, created: np.ndarray, rng: np.random.Generator) -> dict:
    """Which product each account takes when, as (account, product, start)."""
    size = len(segment)
    weights = np.log(1 / np.arange(1, PRODUCTS + 1))
    affinity = np.random.default_rng(7).normal(0, 1, (PRODUCTS, PRODUCTS))
    anchor = np.argmax(1.3 * weights + rng.gumbel(size=(size, PRODUCTS)), axis=1)
    wish = weights + affinity[anchor] + rng.gumbel(size=(size, PRODUCTS))
    wish[np.arange(size), anchor] = np.inf
    ranked = np.argsort(-wish, axis=1)
    wanted = np.minimum(1 + rng.poisson(MORE_PRODUCTS[segment] * rng.gamma(1, 1, size)), PRODUCTS)
    gaps = rng.exponential(ATTACH_GAP[segment][:, None], (size, PRODUCTS)) + 1
    gaps[:, 0] = 0
    gaps[rng.random(size) < MULTI_LANDING, 1] = 0
    start = created[:, None] + gaps.cumsum(axis=1).astype(np.int64)
    account, place = np.nonzero((np.arange(PRODUCTS) < wanted[:, None]) & (start < DAYS))
    return {
        "account": account,
        "product": ranked[account, place],
        "start": start[account, place],
    }


def _stretches(slots: dict, rng: np.random.Generator) -> dict:
    """From when to when each product is held; some are given up, some of those added again."""
    size = len(slots["start"])
    life = np.where(rng.random(size) < PRODUCT_CHURN, 30 + rng.exponential(450, size), 9e9)
    end = np.minimum(slots["start"] + life, DAYS).astype(np.int64)
    again = end + 30 + rng.exponential(150, size).astype(np.int64)
    back = (rng.random(size) < RE_ADD) & (again < DAYS) & (end < DAYS)
    return {
        "account": np.concatenate([slots["account"], slots["account"][back]]),
        "product": np.concatenate([slots["product"], slots["product"][back]]),
        "start": np.concatenate([slots["start"], again[back]]),
        "end": np.concatenate([end, np.full(back.sum(), DAYS)]),
    }


def _within_accounts(rows: dict, created: np.ndarray, rng: np.random.Generator) -> dict:
    """Cut by the accounts' own lives: some leave with everything, some of those come back."""
    left = created + 60 + rng.exponential(ACCOUNT_LIFE, len(created)).astype(np.int64)
    returned = left + 60 + rng.exponential(200, len(created)).astype(np.int64)
    returned[rng.random(len(created)) >= RETURN] = DAYS
    before = {**rows, "end": np.minimum(rows["end"], left[rows["account"]])}
    after = {**rows, "start": np.maximum(rows["start"], returned[rows["account"]])}
    return _held({name: np.concatenate([before[name], after[name]]) for name in rows})


def _tier_changes(rows: dict, rng: np.random.Generator) -> dict:
    """Each stretch split where its tier or its quantity changes: a Poisson process."""
    changes = rng.poisson((rows["end"] - rows["start"]) / TIER_CHANGE)
    item = np.repeat(np.arange(len(changes)), changes)
    day = rows["start"][item] + (
        rng.random(len(item)) * (rows["end"] - rows["start"])[item]
    ).astype(np.int64)
    everything = np.concatenate([np.arange(len(changes)), item])
    start = np.concatenate([rows["start"], day])
    order = np.lexsort((start, everything))
    everything, start = everything[order], start[order]
    is_last = np.append(everything[1:] != everything[:-1], True)
    end = np.where(is_last, rows["end"][everything], np.append(start[1:], 0))
    firsts = np.concatenate([[0], np.cumsum(changes + 1)[:-1]])
    change = np.arange(len(everything)) - firsts[everything]
    return _held(
        {
            "account": rows["account"][everything],
            "product": rows["product"][everything],
            "start": start,
            "end": end,
            "tier": np.minimum(change, TIERS - 1),
            "change": change,
        }
    )


def _held(rows: dict) -> dict:
    kept = rows["start"] < rows["end"]
    return {name: values[kept] for name, values in rows.items()}


def _assert_no_overlap(items: dict) -> None:
    same = (items["account"][1:] == items["account"][:-1]) & (
        items["product"][1:] == items["product"][:-1]
    )
    assert not (same & (items["start"][1:] < items["end"][:-1])).any()
