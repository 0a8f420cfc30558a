"""Whether products play the part that they were given: what customers' behaviour says of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.findings import Asked
from metrics.answering import ask, thresholds_on
from metrics.catalog_figures import Book, book
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
class Evidence:
    """The figures of the book on a day, asked product by product without further queries."""

    book: Book
    pairs: dict[tuple[str, str], dict]
    thresholds: dict[str, Decimal]

    def best_attach(self, product: Product, anchors: list[Product]) -> Attach | None:
        """The highest attach rate from an anchor with enough customers; None without one."""
        least = self.thresholds["minimum-support"]
        found = []
        for anchor in anchors:
            holders = self.book.course.of(anchor)[-1]
            if anchor == product or not holders or holders < least:
                continue
            row = self.pairs.get((anchor.code, product.code))
            found.append(
                Attach(anchor, holders, row["both"], row["affinity"])
                if row
                else Attach(anchor, holders, 0, "weak")
            )
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
        mine = [row for pair, row in self.pairs.items() if product.code in pair]
        strong = [row for row in mine if row["affinity"] == "strong" and row["lift"] > 1]
        best = max(strong, key=lambda row: (row["lift"], row["from"], row["to"]), default=None)
        told = (
            f"{percent(best['rate'], 0)} of the customers of {best['from']} hold {best['to']} "
            f"too, more than chance would have it (lift {best['lift']:.2f})."
            if best
            else "It is strongly tied to no other product."
        )
        return Condition(
            "affinity",
            best is None,
            told,
            {name: best[name] for name in ("from", "to", "rate", "lift")} if best else {},
        )


def evidence(asked: Asked) -> Evidence:
    """The figures of the day, for an actor who sees every account.

    A number of queries that does not grow with products or customers.
    """
    return gather(actor=asked.actor, on=asked.on)


def gather(*, actor, on: date) -> Evidence:
    limits = thresholds_on(on)
    rows = ask("attach-rate", actor=actor, on=on)["rows"]
    return Evidence(
        book(on=on, months=int(limits["sunset-falling-months"])),
        {(row["from"], row["to"]): row for row in rows},
        limits,
    )
