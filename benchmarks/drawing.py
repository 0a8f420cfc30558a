"""How many draws of credits are made in a second: by one program, and by eight at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from decimal import Decimal
from time import perf_counter

from django.db import connection
from django.utils import timezone

from accounts.credits.drawing import draw
from accounts.credits.granting import grant
from accounts.models import Account, CreditGrant
from portfolio.models import Portfolio, Product
from pricing.burning import set_rate
from pricing.models import CreditUnit, Feature, ValueType

Say = Callable[[str], None]
DAY = date(2026, 1, 15)
THREADS = 8


def measure(draws: int, say: Say) -> dict:
    """Draws a second: one after the other, eight programs on one account, and on eight."""
    unit, feature = _unit()
    accounts = [_account(unit, f"bench-{n}") for n in range(THREADS)]
    found = {
        "draws": draws,
        "one": _rate(draws, 1, lambda _: accounts[0], unit, feature),
        "eight_on_one_account": _rate(draws, THREADS, lambda _: accounts[0], unit, feature),
        "eight_on_eight_accounts": _rate(draws, THREADS, lambda n: accounts[n], unit, feature),
    }
    for name, rate in found.items():
        say(f"  {name:26}{rate:10.1f}" + ("" if name == "draws" else " draws/s"))
    return found


def _unit() -> tuple[CreditUnit, Feature]:
    home = Portfolio.objects.create(code="bench", name="Bench", model="modular")
    product = Product.objects.create(code="bench", name="Bench", portfolio=home)
    feature = Feature.objects.create(
        code="sends", name="Sends", product=product, value_type=ValueType.QUANTITY
    )
    unit = CreditUnit.objects.create(code="credits", name="Credits", portfolio=home)
    set_rate(unit=unit, feature=feature, credits=Decimal(1), starts_on=date(2020, 1, 1))
    return unit, feature


def _account(unit: CreditUnit, code: str) -> Account:
    account = Account.objects.create(code=code, name=code, created_on=DAY)
    wanted = CreditGrant(
        account=account, unit=unit, credits=Decimal(10**9), starts_on=DAY, reason="A benchmark"
    )
    grant(wanted=wanted, on=DAY)
    return account


def _rate(draws: int, threads: int, of: Callable, unit: CreditUnit, feature: Feature) -> float:
    noon = datetime.combine(DAY, time(12), tzinfo=timezone.get_current_timezone())

    def work(number: int) -> None:
        try:
            for _ in range(draws // threads):
                draw(
                    account=of(number),
                    unit=unit,
                    feature=feature,
                    units=Decimal(1),
                    at=noon,
                    on=DAY,
                )
        finally:
            connection.close()

    begun = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return draws // threads * threads / (perf_counter() - begun)
