"""Which price applies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.db.models import Q

from config.errors import DomainError
from pricing.amounts import Amount, amount_of
from pricing.models import Charge, Price, PriceBook

ONE = Decimal(1)


class NoPrice(DomainError):
    code = "no_price"


@dataclass(frozen=True)
class Buyer:
    """Who asks: a customer, or somebody of a market; everything that is unknown is empty.

    `account`, `segment` and `region` are codes and say which books there are for them; what they
    hold and since when they have a contract is for policies and incentives to ask.
    """

    account: str | None = None
    segment: str | None = None
    region: str | None = None
    products: frozenset[str] = field(default_factory=frozenset)
    contract_on: date | None = None


@dataclass(frozen=True)
class Ask:
    """One question: what a charge costs a buyer, in a currency, for an interval."""

    buyer: Buyer
    charge: Charge
    currency: str
    interval: str
    quantity: Decimal = ONE


@dataclass(frozen=True)
class Resolved:
    """The price that applies, what it comes to, and the steps that led to it."""

    price: Price
    amount: Amount
    trace: list[dict]


STEPS = ("contract_book", "segment_region", "segment", "region", "standard")


def scopes(buyer: Buyer) -> dict[str, tuple | None]:
    """The scope of the book that each step asks, None where the buyer has no such."""
    account, segment, region = buyer.account, buyer.segment, buyer.region
    return {
        "contract_book": (account, None, None) if account else None,
        "segment_region": (None, segment, region) if segment and region else None,
        "segment": (None, segment, None) if segment else None,
        "region": (None, None, region) if region else None,
        "standard": (None, None, None),
    }


def resolve_price(
    *,
    buyer: Buyer,
    charge: Charge,
    currency: str,
    interval: str,
    on: date,
    quantity: Decimal = ONE,
) -> Resolved:
    """The price in force for a buyer on a day, what the quantity comes to, and why.

    The first book with a price for exactly this charge, currency and interval wins: the contract,
    then segment with region, segment, region, standard. Nothing is converted or approximated.
    Raises NoPrice naming the books that were asked.
    """
    ask = Ask(buyer, charge, currency, interval, quantity)
    (found,) = resolve_prices([ask], on=on)
    if isinstance(found, NoPrice):
        raise found
    return found


def resolve_prices(asks: Sequence[Ask], *, on: date) -> list[Resolved | NoPrice]:
    """The answers to many questions about one day, in their order, by three queries.

    Where nothing applies the answer is the refusal itself. Raises TooMuch or BeyondBands when a
    quantity has no amount.
    """
    books = books_of({ask.buyer for ask in asks})
    known = _known(asks, books.values(), on=on)
    return [answer(ask, books, known, on=on) for ask in asks]


class Known(Protocol):
    """What books say on one day, by (book, charge, currency, interval)."""

    def get(self, key: tuple) -> Price | None: ...


def answer(
    ask: Ask, books: Mapping[tuple, PriceBook], known: Known, *, on: date
) -> Resolved | NoPrice:
    """The decision itself, over books by their scope and what they say on the day."""
    trace, tried = [], []
    for step, scope in scopes(ask.buyer).items():
        book = books.get(scope) if scope else None
        price = known.get((book.pk, *_key(ask))) if book else None
        if book:
            tried.append(book.code)
        applies = price is not None and not price.is_end
        trace.append(_said(step, scope, book, price, on))
        if applies:
            price.book, price.charge = book, ask.charge
            amount = amount_of(price.terms(), ask.quantity, currency=ask.currency)
            return Resolved(price, amount, trace)
    asked = ", ".join(tried) or "there is none for this buyer"
    return NoPrice(
        f"{ask.charge} has no price in {ask.currency} a {ask.interval} on {on}. "
        f"Price books asked: {asked}."
    )


def _said(step: str, scope: tuple | None, book, price: Price | None, on: date) -> dict:
    """One step of a trace: what it was about, how many rows it considered, what came of it."""
    applies = price is not None and not price.is_end
    if scope is None:
        reason = "The buyer has no such."
    elif book is None:
        reason = "There is no such book."
    elif price is None:
        reason = f"{book} has no price for this charge, currency and interval on {on}."
    elif price.is_end:
        reason = f"{book} has no price for it any more since {price.starts_on}."
    else:
        reason = f"{book} has a price for it since {price.starts_on}."
    return {
        "step": step,
        "subject": f"/price-books/{book.code}/" if book else None,
        "considered": int(price is not None),
        "matched": f"/prices/{price.pk}/" if applies else None,
        "reason": reason,
    }


def books_of(buyers: Iterable[Buyer]) -> dict[tuple, PriceBook]:
    """The books that these buyers may have prices in, by scope."""
    accounts = {buyer.account for buyer in buyers if buyer.account}
    segments = {buyer.segment for buyer in buyers if buyer.segment}
    regions = {buyer.region for buyer in buyers if buyer.region}
    rows = PriceBook.objects.select_related("segment", "region").filter(
        Q(account_code__in=accounts)
        | Q(account_code=None)
        & (Q(segment=None) | Q(segment__code__in=segments))
        & (Q(region=None) | Q(region__code__in=regions))
    )
    return {
        (row.account_code, row.segment and row.segment.code, row.region and row.region.code): row
        for row in rows
    }


def _known(asks: Sequence[Ask], books: Iterable[PriceBook], *, on: date) -> dict[tuple, Price]:
    """What these books say on the day of everything that is asked for."""
    prices = Price.objects.known(on=on).filter(
        book__in=[book.pk for book in books],
        charge__in={ask.charge.pk for ask in asks},
        currency__in={ask.currency for ask in asks},
        interval__in={ask.interval for ask in asks},
    )
    rows = prices.prefetch_related("tiers").order_by()
    return {(row.book_id, row.charge_id, row.currency, row.interval): row for row in rows}


def _key(ask: Ask) -> tuple:
    return ask.charge.pk, ask.currency, ask.interval
