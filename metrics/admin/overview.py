"""Home: how many customers there are, what they hold, what they pay, and where that is going."""

from dataclasses import dataclass

from accounts.ownership import sees_every_account
from config.admin import asof
from config.admin.formatting import interval, number, percent, whole
from config.admin.panels import HOME, panel
from metrics.admin.drawing import Line, shares, spark
from metrics.admin.sources import sources
from metrics.answering import NEEDS, ask
from metrics.stretches import months_before

MONTHS = 24
HELD, MIX = "products-per-customer", "multi-product-revenue-mix"


@dataclass(frozen=True)
class Card:
    title: str
    value: str
    detail: str
    before: str
    spark: Line | None


@panel(
    HOME,
    title="Customers and what they hold",
    template="metrics/overview.html",
    permission=NEEDS,
    rank=10,
)
def overview(request, obj=None) -> dict | None:
    """The figures of all customers, for whom sees all of them."""
    return _figures(request) if sees_every_account(request.user) else None


@panel(HOME, title="Your accounts", template="metrics/overview.html", permission=NEEDS, rank=10)
def own(request, obj=None) -> dict | None:
    """The same of the accounts one looks after, for whom sees no others."""
    if sees_every_account(request.user):
        return None
    return {"own": True, **_figures(request)}


def _figures(request) -> dict:
    """Five figures with their trend, the course of two years, and who holds how many."""
    on = asof.day(request)[0]
    held = ask(HELD, actor=request.user, on=on)
    if not held["n"]:
        return {"on": on, "empty": True}
    first = months_before(on, MONTHS)
    months = {"on": on, "start": first, "end": on.replace(day=1), "interval": "month"}
    held_then = ask(HELD, actor=request.user, **months)["series"]
    mix = ask(MIX, actor=request.user, on=on)
    mix_then = ask(MIX, actor=request.user, **months)["series"]
    return {
        "on": on,
        "source": sources(HELD, MIX, on=on),
        "cards": [*_of_customers(held, held_then), *_of_money(mix, mix_then)],
        "chart": _course(held_then, mix_then),
        "bars": _bars(held),
        "held": held,
    }


def _of_customers(held: dict, then: list[dict]) -> list[Card]:
    multi = held["multi"]
    return [
        _card("Customers", "paying on the day", held["n"], [row["n"] for row in then], number),
        _card(
            "Products per customer",
            f"mean; median {number(held['median'], held['median'] % 1 > 0)}",
            held["value"],
            [row["value"] for row in then],
            lambda value: number(value, 2),
        ),
        _card(
            "With two or more",
            f"95 % interval {interval(multi['interval'])}",
            multi["value"],
            [row["multi"]["value"] for row in then],
            percent,
        ),
    ]


def _of_money(mix: dict, then: list[dict]) -> list[Card]:
    if mix["groups"]:
        return [_card_of(group) for group in mix["groups"]]
    currency = mix.get("currency", "")
    return [
        _card(
            "Revenue from them",
            f"95 % interval {interval(mix['interval'])}",
            mix["value"],
            [row["value"] for row in then],
            percent,
        ),
        _card(
            "Recurring revenue",
            f"a month, in {currency}" if currency else "nobody pays",
            mix["denominator"],
            [row["denominator"] for row in then],
            lambda value: whole(value, currency) if currency else number(value),
        ),
    ]


def _card_of(group: dict) -> Card:
    """Money in one of several currencies, which are never added up."""
    currency = group["key"]["currency"]
    share = f"{percent(group['value'])} from customers with two or more"
    return Card(f"MRR in {currency}", whole(group["denominator"], currency), share, "", None)


def _card(title: str, detail: str, value, then: list, written) -> Card:
    year_ago = then[-12] if len(then) >= 12 else None
    before = f"{written(year_ago)} a year ago" if year_ago else ""
    return Card(title, written(value), detail, before, spark([*then, value]))


def _course(held: list[dict], mix: list[dict]):
    bounds = [row["multi"]["interval"] or {} for row in held]
    return shares(
        {
            "Customers with two or more products": [row["multi"]["value"] for row in held],
            "Share of revenue from them": [row["value"] for row in mix],
        },
        [row["start"][:7] for row in held],
        [(each.get("low"), each.get("high")) for each in bounds],
    )


def _bars(held: dict) -> list[dict]:
    """Customers by number of products; the longest bar is 100 wide."""
    most = max(row["customers"] for row in held["distribution"])
    return [
        {
            **row,
            "width": round(100 * row["customers"] / most, 1),
            "share": row["customers"] / held["n"],
        }
        for row in held["distribution"]
        if row["products"]
    ]
