"""How quickly prices are found: one at a time, many at once, and as quotes of bundles.

Answers are compared before anything is timed. Load is that of the machine: quote ratios.
"""

import gc
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count, islice
from statistics import median, quantiles
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.buyers import buyers_of
from accounts.models import Account, AccountProfile
from benchmarks import environment
from config.access.models import User
from portfolio.models import Portfolio, Product, ProductRole, Region, Segment
from pricing import publication
from pricing.drafting import draft
from pricing.models import BundleItem, Charge, Plan, PlanVersion, Price, PriceBook, PriceRelease
from pricing.quoting import quote
from pricing.resolution import Ask, Buyer, resolve_price, resolve_prices

Say = Callable[[str], None]
SINCE, ON = date(2025, 1, 1), date(2026, 6, 1)
CURRENCIES, INTERVALS = ("USD", "EUR", "GBP", "CHF", "JPY"), ("month", "quarter", "year")
BUNDLES, CONTRACTS, PAIRS, SAMPLES = 20, 200, 10_000, 300
LEAST = 18  # plans


def measure(prices: int, say: Say) -> dict:
    """Milliseconds and rates over a price list of so many prices, in a database that is new.

    There are no fewer plans than bundles and quotes are made of.
    """
    plans = _catalog(max(prices // (len(CURRENCIES) * len(INTERVALS)), LEAST))
    accounts = _customers()
    say(f"  {Price.objects.count():,} prices, {len(plans):,} plans, {len(accounts):,} accounts")
    load = environment.load()
    found = {"prices": Price.objects.count(), "load_before": load}
    found |= {"one": _one(plans), "quote": _quotes(plans), "many": _many(plans, accounts)}
    for name in ("one", "quote"):
        say(f"  {name}: {found[name]}")
    say(f"  many: {found['many']}")
    return {**found, "load_after": environment.load()}


def _catalog(size: int) -> list[Plan]:
    home = Portfolio.objects.create(code="bench", name="Bench")
    products = Product.objects.bulk_create(
        Product(
            code=f"p{n}",
            name=f"P{n}",
            portfolio=home,
            role=ProductRole.ATTACH,
            available_from=SINCE,
        )
        for n in range(size // 3 + 1)
    )
    tiers = Plan.objects.bulk_create(
        Plan(code=f"{p.code}-{r}", name=p.code, product=p, rank=r, available_from=SINCE)
        for p in products
        for r in (1, 2, 3)
    )
    bundles = Plan.objects.bulk_create(
        Plan(code=f"b{n}", name=f"B{n}", kind="bundle", portfolio=home, available_from=SINCE)
        for n in range(BUNDLES)
    )
    charges = Charge.objects.bulk_create(Charge(plan=plan) for plan in (*tiers, *bundles))
    for n, bundle in enumerate(bundles):
        version = PlanVersion.objects.create(plan=bundle, number=1, starts_on=SINCE)
        for k in range(3):
            BundleItem.objects.create(plan_version=version, plan=tiers[(n % 4 + k) * 3 + 1])
        PlanVersion.objects.filter(pk=version.pk).update(
            state="published", existing_treatment="keep"
        )
    standard = PriceBook.objects.create(code="standard", name="Standard")
    amounts = {charge.pk: Decimal(20 + n % 50) for n, charge in enumerate(charges)}
    _publish(
        standard,
        [
            Price(
                charge=c,
                currency=currency,
                interval=interval,
                model="flat",
                flat_amount=amounts[c.pk] * 2 if c.plan.kind == "bundle" else amounts[c.pk] + 60,
            )
            for c in charges
            for currency in CURRENCIES
            for interval in INTERVALS
        ],
    )
    return tiers


def _customers() -> list[Account]:
    segments = [Segment.objects.create(code=f"s{n}", name=f"S{n}", rank=90 + n) for n in range(3)]
    regions = [Region.objects.create(code=f"r{n}", name=f"R{n}", rank=90 + n) for n in range(4)]
    accounts = Account.objects.bulk_create(
        Account(code=f"A{n}", name=f"A{n}", currency="USD", created_on=SINCE) for n in range(PAIRS)
    )
    AccountProfile.objects.bulk_create(
        AccountProfile(account=a, segment=segments[n % 3], region=regions[n % 4], starts_on=SINCE)
        for n, a in enumerate(accounts)
    )
    charges = list(Charge.objects.filter(plan__kind="tier").order_by("id")[:50])
    for segment in segments:
        book = PriceBook.objects.create(code=segment.code, name=segment.name, segment=segment)
        _publish(book, [_flat(charge, 70) for charge in charges[:25]])
    for account in accounts[:CONTRACTS]:
        book = PriceBook.objects.create(
            code=f"c-{account.code}", name=account.code, account_code=account.code
        )
        _publish(book, [_flat(charges[0], 65)])
    return accounts


def _flat(charge: Charge, amount: int) -> Price:
    return Price(charge=charge, currency="USD", model="flat", flat_amount=Decimal(amount))


PEOPLE = count()


def _publish(book: PriceBook, lines: list[Price]) -> None:
    author, approver = (
        User.objects.create(email=f"bench-{n}@example.org") for n in islice(PEOPLE, 2)
    )
    release = draft(
        release=PriceRelease(
            book=book, title="Bench", effective_on=SINCE, existing_treatment="keep", author=author
        ),
        lines=[(line, []) for line in lines],
    )
    publication.submit(release=release, by=author)
    publication.approve(release=release, by=approver, content_hash=release.content_hash)
    publication.publish(release=release, by=approver, on=SINCE)


def _timed(ask: Callable[[int], object]) -> dict:
    ask(0)
    gc.collect()
    gc.freeze()  # as a web worker does, before it is asked: see config/wsgi.py
    spent = []
    for number in range(SAMPLES):
        began = perf_counter()
        ask(number)
        spent.append((perf_counter() - began) * 1000)
    gc.unfreeze()
    with CaptureQueriesContext(connection) as queries:
        ask(0)
    cuts = quantiles(spent, n=100)
    return {"p50": round(median(spent), 2), "p99": round(cuts[98], 2), "queries": len(queries)}


def _one(plans: list[Plan]) -> dict:
    charges = list(Charge.objects.filter(plan__in=plans[:200]).select_related("plan"))

    def ask(number: int) -> object:
        buyer = Buyer(f"A{number}", f"s{number % 3}", f"r{number % 4}")
        charge = charges[number % len(charges)]
        found = resolve_price(buyer=buyer, charge=charge, currency="USD", interval="month", on=ON)
        return found.trace

    return _timed(ask)


def _quotes(plans: list[Plan]) -> dict:
    def ask(number: int) -> object:
        wanted = [(plan, Decimal(1 + number % 3)) for plan in plans[1:19:3]]
        return quote(plans=wanted, buyer=Buyer(), currency="USD", interval="month", on=ON)

    return _timed(ask)


def _many(plans: list[Plan], accounts: list[Account]) -> dict:
    """The same pairs at once and one by one; the answers are the same before they are timed."""
    charges = list(Charge.objects.filter(plan__in=plans[:60]).select_related("plan"))
    began = perf_counter()
    buyers = buyers_of(accounts=accounts, on=ON)
    known = perf_counter() - began
    asks = [
        Ask(buyers[account.pk], charges[n % len(charges)], "USD", "month")
        for n, account in enumerate(accounts)
    ]
    few = [_alone(ask) for ask in asks[:SAMPLES]]
    together = resolve_prices(asks, on=ON)
    if [each.price.pk for each in together[:SAMPLES]] != [each.price.pk for each in few]:
        raise AssertionError("Prices found at once are not those found one by one.")
    at_once = min(_seconds(lambda: resolve_prices(asks, on=ON)) for _ in range(5))
    alone = _seconds(lambda: [_alone(ask) for ask in asks[:SAMPLES]]) / SAMPLES
    return {
        "pairs": len(asks),
        "pairs_per_second": round(len(asks) / at_once),
        "with_buyers_read": round(len(asks) / (at_once + known)),
        "times_one_by_one": round(alone * len(asks) / at_once),
    }


def _alone(ask: Ask) -> object:
    return resolve_price(
        buyer=ask.buyer, charge=ask.charge, currency=ask.currency, interval=ask.interval, on=ON
    )


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
