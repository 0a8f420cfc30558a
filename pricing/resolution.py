"""Which price applies."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, partial

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
    """The price that applies and what it comes to; the steps that led to it when asked for."""

    price: Price
    amount: Amount
    _told: Callable[[], list[dict]] = field(repr=False, compare=False)

    @cached_property
    def trace(self) -> list[dict]:
        """Every book that was asked, in order, and what came of it."""
        return self._told()


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
    sheet = read_sheet(
        buyers={ask.buyer for ask in asks},
        charges={ask.charge.pk: ask.charge for ask in asks}.values(),
        currencies={ask.currency for ask in asks},
        intervals={ask.interval for ask in asks},
        on=on,
    )
    return [sheet.resolve(ask) for ask in asks]


class Sheet:
    """What price books say of charges on a day: read once, asked as often as one likes."""

    def __init__(self, books: dict[tuple, PriceBook], known: dict[tuple, Price], on: date) -> None:
        self.books, self.known, self.on = books, known, on
        self._asked: dict[Buyer, list[tuple[str, tuple | None, PriceBook | None]]] = {}
        self._amounts: dict[tuple, Amount] = {}

    def resolve(self, ask: Ask) -> Resolved | NoPrice:
        """The first price on the way of the buyer, or the refusal that names the books."""
        key = (ask.charge.pk, ask.currency, ask.interval)
        for _, _, book in self._way(ask.buyer):
            price = self.known.get((book.pk, *key)) if book else None
            if price is not None and not price.is_end:
                return Resolved(price, self._amount(price, ask.quantity), partial(self._trace, ask))
        return self._refusal(ask)

    def _way(self, buyer: Buyer) -> list[tuple[str, tuple | None, PriceBook | None]]:
        if buyer not in self._asked:
            self._asked[buyer] = [
                (step, scope, self.books.get(scope) if scope else None)
                for step, scope in scopes(buyer).items()
            ]
        return self._asked[buyer]

    def _amount(self, price: Price, quantity: Decimal) -> Amount:
        key = (price.pk, quantity)
        if key not in self._amounts:
            self._amounts[key] = amount_of(price.terms(), quantity, currency=price.currency)
        return self._amounts[key]

    def _trace(self, ask: Ask) -> list[dict]:
        """The steps up to the one that found a price, or all of them."""
        steps = []
        for step, scope, book in self._way(ask.buyer):
            key = (book.pk, ask.charge.pk, ask.currency, ask.interval) if book else None
            steps.append(_said(step, scope, book, self.known.get(key), self.on))
            if steps[-1]["matched"]:
                break
        return steps

    def _refusal(self, ask: Ask) -> NoPrice:
        tried = [book.code for _, _, book in self._way(ask.buyer) if book]
        return NoPrice(
            f"{ask.charge} has no price in {ask.currency} a {ask.interval} on {self.on}. "
            f"Price books asked: {', '.join(tried) or 'there is none for this buyer'}."
        )


def read_sheet(
    *,
    buyers: Collection[Buyer],
    charges: Collection[Charge],
    currencies: Collection[str],
    intervals: Collection[str],
    on: date,
) -> Sheet:
    """What the books of these buyers say of the charges on the day, by three queries."""
    books = books_of(buyers)
    by_id = {book.pk: book for book in books.values()}
    of_charge = {charge.pk: charge for charge in charges}
    prices = Price.objects.known(on=on).filter(
        book__in=list(by_id),
        charge__in=list(of_charge),
        currency__in=currencies,
        interval__in=intervals,
    )
    known = {}
    for price in prices.prefetch_related("tiers").order_by():
        price.book, price.charge = by_id[price.book_id], of_charge[price.charge_id]
        known[price.book_id, price.charge_id, price.currency, price.interval] = price
    return Sheet(books, known, on)


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


def scope_of(book: PriceBook) -> tuple:
    """For whom a book is, as the steps of `scopes` name it."""
    return (
        book.account_code,
        book.segment.code if book.segment else None,
        book.region.code if book.region else None,
    )


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
    return {scope_of(row): row for row in rows}
