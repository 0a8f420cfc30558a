"""Whether products play the part that they were given: what customers' behaviour says of it."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np

from accounts.affinity import classes
from config.findings import Asked
from metrics.catalog import thresholds_on
from metrics.catalog_figures import Book, Together, book
from portfolio.models import Product, ProductRole

SEES = ("accounts.view_account", "accounts.view_all_account")
# Roles whose products are not judged by what they earn, and the one that is decided already.
KEPT_ANYWAY = (ProductRole.ANCHOR, ProductRole.STRATEGIC, ProductRole.SUNSET)


def percent(share: float, digits: int = 1) -> str:
    """A share as sentences say it: 0.434 is 43.4 %."""
    return f"{100 * share:,.{digits}f} %"


@dataclass(frozen=True)
class Attach:
    """How often customers of an anchor also hold a product."""

    anchor: Product
    holders: int
    both: int
    affinity: str

    @property
    def rate(self) -> float:
        return self.both / self.holders


@dataclass(frozen=True)
class Condition:
    """One of the conditions under which a product is suggested for its end, with what it saw."""

    name: str
    holds: bool
    sentence: str
    facts: dict


@dataclass(frozen=True)
class Tie:
    """A product whose customers also hold another, more often than by chance."""

    holding: str
    other: str
    rate: float
    lift: float


@dataclass(frozen=True)
class StrongPair:
    """Two products, by id, that customers take together; told from the side that says more."""

    holding: int
    other: int
    rate: float
    lift: float


class Ties:
    """The affinity of every pair of products that are held, by the rule of attach rates."""

    def __init__(self, held: Together, thresholds: dict[str, Decimal]) -> None:
        self.held = held
        self.places = {product: place for place, product in enumerate(held.products)}
        holders = held.both.diagonal()
        self.affinity = classes(
            held.both, holders[:, None], thresholds, least=int(thresholds["minimum-support"])
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            self.lift = held.both * held.accounts / np.outer(holders, holders)
        self.strong = (self.affinity == "strong") & (self.lift > 1)
        np.fill_diagonal(self.strong, val=False)

    def strong_pairs(self) -> list[StrongPair]:
        """Every pair that is strong in either direction, once, with the higher of its rates."""
        found = []
        for one, two in zip(*np.nonzero(np.triu(self.strong | self.strong.T)), strict=True):
            ways = [pair for pair in ((one, two), (two, one)) if self.strong[pair]]
            rate, at = max((self.rate(pair), pair) for pair in ways)
            holding, other = (self.held.products[place] for place in at)
            found.append(StrongPair(holding, other, rate, float(self.lift[at])))
        return found

    def rate(self, pair: tuple[int, int]) -> float:
        """Of the customers of the first, by places, the share that holds the second too."""
        return float(self.held.both[pair] / self.held.both[pair[0], pair[0]])

    def strongest(self, product: Product) -> tuple[int, int] | None:
        """The strong pair with the highest lift that the product is part of, either way."""
        place = self.places.get(product.pk)
        if place is None:
            return None
        pairs = [(place, other) for other in np.flatnonzero(self.strong[place])]
        pairs += [(other, place) for other in np.flatnonzero(self.strong[:, place])]
        return max(pairs, key=lambda pair: (self.lift[pair], pair), default=None)


@dataclass(frozen=True)
class Evidence:
    """The figures of the book on a day, asked product by product without further queries."""

    book: Book
    thresholds: dict[str, Decimal]
    codes: dict[int, str]

    @cached_property
    def ties(self) -> Ties:
        return Ties(self.book.together, self.thresholds)

    def best_attach(self, product: Product, anchors: list[Product]) -> Attach | None:
        """The highest attach rate from an anchor with enough customers; None without one."""
        places, found = self.ties.places, []
        for anchor in anchors:
            pair = (places.get(anchor.pk), places.get(product.pk))
            if anchor == product or None in pair:
                continue
            affinity = str(self.ties.affinity[pair])
            holders = int(self.book.together.both[pair[0], pair[0]])
            if holders and affinity != "insufficient":
                both = int(self.book.together.both[pair])
                found.append(Attach(anchor, holders, both, affinity))
        return max(found, key=lambda each: (each.rate, each.anchor.code), default=None)

    def ending(self, product: Product) -> list[Condition]:
        """The conditions of a suggestion to end the product; it is made when all of them hold."""
        return [
            self._role(product),
            self._earns_little(product),
            self._is_left(product),
            self._stands_alone(product),
        ]

    def _role(self, product: Product) -> Condition:
        role = product.get_role_display().split(":")[0] if product.role else "not decided"
        free = product.role not in KEPT_ANYWAY
        return Condition("role", free, f"Its role is {role.lower()}.", {"role": product.role})

    def _earns_little(self, product: Product) -> Condition:
        limit = float(self.thresholds["sunset-revenue-share"])
        shares = {
            currency: by_product.get(product.pk, 0) / sum(by_product.values())
            for currency, by_product in self.book.revenue.items()
        }
        told = ", ".join(f"{percent(share)} in {name}" for name, share in sorted(shares.items()))
        return Condition(
            "revenue",
            bool(shares) and all(share < limit for share in shares.values()),
            f"It brings {told or 'nothing yet'} of recurring revenue; little is below "
            f"{percent(limit)}.",
            {"shares": shares, "below": limit},
        )

    def _is_left(self, product: Product) -> Condition:
        course = self.book.course
        counts, months = course.of(product), len(course.days) - 1
        return Condition(
            "accounts",
            counts[-1] < counts[0],
            f"Customers who hold it: {counts[-1]:,}, and {counts[0]:,} {months} months before.",
            {"days": course.days, "accounts": counts},
        )

    def _stands_alone(self, product: Product) -> Condition:
        best = self._strongest(product)
        told = (
            f"{percent(best.rate, 0)} of the customers of {best.holding} hold {best.other} too, "
            f"more than chance would have it (lift {best.lift:.2f})."
            if best
            else "It is strongly tied to no other product."
        )
        return Condition("affinity", best is None, told, asdict(best) if best else {})

    def _strongest(self, product: Product) -> Tie | None:
        pair = self.ties.strongest(product)
        if pair is None:
            return None
        held = self.book.together
        holding, other = (self.codes.get(held.products[place], "") for place in pair)
        return Tie(holding, other, self.ties.rate(pair), float(self.ties.lift[pair]))


def evidence(asked: Asked) -> Evidence:
    """The figures of the day, for an actor who sees every account.

    A number of queries that does not grow with products or customers.
    """
    return gather(on=asked.on)


def gather(*, on: date) -> Evidence:
    limits = thresholds_on(on)
    figures = book(on=on, months=int(limits["sunset-falling-months"]))
    return Evidence(figures, limits, dict(Product.objects.values_list("pk", "code")))
