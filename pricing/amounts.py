"""How a quantity becomes an amount: the terms of a price, and the ways to read them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from config.errors import DomainError
from config.money import round_money
from config.registry import Registry

ZERO = Decimal(0)
DIGITS = 60  # a product of two columns has 36; sums and the rounding need room
MOST = Decimal(10) ** 12  # what a column holds, and an answer spells


class TooMuch(DomainError):
    code = "amount_too_large"


class BeyondBands(DomainError):
    code = "beyond_bands"


class UnknownPriceModel(DomainError):
    code = "unknown_price_model"


@dataclass(frozen=True)
class Band:
    """Quantities above `above`, up to and including `up_to` (None: without end)."""

    above: Decimal
    up_to: Decimal | None
    unit: Decimal = ZERO
    flat: Decimal = ZERO

    def holds(self, quantity: Decimal) -> bool:
        return self.above < quantity and (self.up_to is None or quantity <= self.up_to)

    def share(self, quantity: Decimal) -> Decimal:
        """How many of the quantity's units lie in the band."""
        end = quantity if self.up_to is None else min(quantity, self.up_to)
        return max(ZERO, end - self.above)


@dataclass(frozen=True)
class Terms:
    """What a price says, apart from where and when it holds."""

    model: str
    flat: Decimal = ZERO
    unit: Decimal = ZERO
    included: Decimal = ZERO
    size: Decimal = Decimal(1)
    credits: Decimal = ZERO
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Part:
    """A summand of an amount: so many units at so much each."""

    name: str
    units: Decimal
    each: Decimal

    @property
    def amount(self) -> Decimal:
        return self.units * self.each


@dataclass(frozen=True)
class PriceModel:
    """A way to price: the columns of a price it needs and those it may have, and its parts."""

    code: str
    name: str
    needs: frozenset[str]
    takes: frozenset[str]
    has_bands: bool
    parts: Callable[[Terms, Decimal], list[Part]]


price_models: Registry[PriceModel] = Registry("pricing.price_models")


def price_model(
    name: str, *, needs: tuple[str, ...] = (), takes: tuple[str, ...] = (), bands: bool = False
) -> Callable:
    """Declare a way to price; the function's name is its code, it answers the parts of an amount.

    `needs` and `takes` are columns of Price: unit_amount, flat_amount, included_units,
    package_size, credits.
    """

    def register(parts: Callable[[Terms, Decimal], list[Part]]) -> Callable:
        code = parts.__name__
        model = PriceModel(code, name, frozenset(needs), frozenset({*needs, *takes}), bands, parts)
        price_models.add(code, model)
        return parts

    return register


def model_choices() -> list[tuple[str, str]]:
    """Asked for when needed, so that a new way to price is no migration."""
    return [(code, model.name) for code, model in price_models.items()]


@dataclass(frozen=True)
class Amount:
    """What a quantity costs: parts that add up to `exact`, and `total`, rounded once."""

    parts: tuple[Part, ...]
    exact: Decimal
    total: Decimal


def amount_of(terms: Terms, quantity: Decimal, *, currency: str) -> Amount:
    """The amount for a quantity, exact to the last digit, then rounded half up to the currency.

    Raises ValueError for a negative quantity, BeyondBands when no band holds it, TooMuch when
    the amount has more than twelve digits before the point.
    """
    if quantity.is_nan() or quantity < ZERO:
        raise ValueError("A quantity is not negative.")
    if terms.model not in price_models:
        raise UnknownPriceModel(f"There is no price model “{terms.model}”.")
    with localcontext(prec=DIGITS):
        parts = tuple(price_models[terms.model].parts(terms, quantity))
        exact = sum((part.amount for part in parts), ZERO)
        if exact >= MOST:
            raise TooMuch("The amount is larger than any that is kept: ask for a smaller quantity.")
        return Amount(parts, exact, round_money(exact, currency))
