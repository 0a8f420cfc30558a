"""Attach rates of ordered pairs, laid out for people."""

from dataclasses import dataclass

from config.admin.formatting import number, percent
from portfolio.models import Product, ProductRole

MARKS = {"strong": "●", "moderate": "◐", "weak": "○", "insufficient": "·"}
LARGEST = 30  # products on a side: more can neither be read nor quickly drawn
ROLES = {role: place for place, role in enumerate(ProductRole.values)}


@dataclass(frozen=True)
class Cell:
    """How often customers of one product also hold another."""

    row: dict
    holding: Product
    other: Product

    @property
    def affinity(self) -> str:
        return self.row["affinity"]

    @property
    def mark(self) -> str:
        return MARKS[self.affinity]

    @property
    def text(self) -> str:
        enough = self.affinity != "insufficient"
        return percent(self.row["rate"]) if enough else f"n={self.row['holders']}"

    @property
    def words(self) -> str:
        holders, both = number(self.row["holders"]), number(self.row["both"])
        if self.affinity == "insufficient":
            return (
                f"{holders} customers with {self.holding} are too few to judge; "
                f"{both} also hold {self.other}."
            )
        return (
            f"Of {holders} customers with {self.holding}, {percent(self.row['rate'])} ({both}) "
            f"also hold {self.other}."
        )

    @property
    def bounds(self) -> str:
        return f"{number(self.row['low'] * 100)}–{percent(self.row['high'])}"

    @property
    def lift(self) -> str:
        return number(self.row["lift"], 2)

    @property
    def judgement(self) -> str:
        if self.affinity == "insufficient" or self.row["class_is_firm"]:
            return self.affinity
        return f"{self.affinity}, not firmly"

    @property
    def title(self) -> str:
        return (
            f"{self.words} 95 % interval {self.bounds}, lift {self.lift}: {self.judgement}. "
            f"Of all customers, {percent(self.row['base_rate'])} hold {self.other}."
        )


@dataclass(frozen=True)
class Row:
    product: Product
    holders: int
    cells: list[Cell | None]


def cells(rows: list[dict], products: dict[str, Product]) -> list[Cell]:
    """The pairs of which the reader may see both products."""
    return [
        Cell(row, products[row["from"]], products[row["to"]])
        for row in rows
        if row["from"] in products and row["to"] in products
    ]


def largest(rows: list[dict]) -> tuple[list[dict], int]:
    """The pairs of the products with most holders, and how many products those leave out."""
    holders = {row["from"]: row["holders"] for row in rows}
    shown = set(sorted(holders, key=lambda code: (-holders[code], code))[:LARGEST])
    kept = [row for row in rows if row["from"] in shown and row["to"] in shown]
    return kept, len(holders) - len(shown)


def matrix(found: list[Cell]) -> list[Row]:
    """A square of products, by role and then by size; the diagonal is empty."""
    holders = {cell.holding: cell.row["holders"] for cell in found}
    by_pair = {(cell.holding, cell.other): cell for cell in found}
    order = sorted(holders, key=lambda p: (ROLES.get(p.role, len(ROLES)), -holders[p], p.code))
    return [
        Row(product, holders[product], [by_pair.get((product, other)) for other in order])
        for product in order
    ]
