"""What to offer next, for accounts of a large book: the time of an answer, and of the first."""

from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter

from django.core.cache import caches
from django.db import transaction

from accounts.models import Account, SubscriptionLine
from accounts.opportunities.next_products import next_products
from config.access.models import User
from portfolio.models import Product, ProductRole
from pricing.drafting import draft
from pricing.models import Charge, Plan, Price, PriceBook, PriceRelease, ReleaseTreatment
from pricing.publication import approve, publish, submit

SINCE, DAY = date(2020, 1, 1), date(2025, 10, 12)
SAMPLE = 20


def measure(rounds: int, say: Callable[[str], None]) -> dict:
    """Milliseconds of answers for accounts spread over the book, after one that nobody waits for.

    `first` is an answer with nothing remembered of the day.
    """
    with transaction.atomic():
        sell()
    accounts = _sample()
    first, later = [], []
    for _ in range(rounds):
        caches["metrics"].clear()
        first.append(_timed(accounts[0]))
        later += [_timed(account) for account in accounts]
    found = {
        "first": round(median(first), 1),
        "median": round(median(later), 1),
        "slowest": round(max(later), 1),
        "answers": len(later),
    }
    say(f"  next products: {found} ms")
    return found


def _timed(account: Account) -> float:
    begun = perf_counter()
    found = next_products(account=account, on=DAY)
    elapsed = (perf_counter() - begun) * 1000
    if not found.suggestions:
        raise AssertionError(f"{account.code} is offered nothing: nothing was measured")
    return elapsed


def _sample() -> list[Account]:
    """Accounts with one product, spread over the book."""
    count = Account.objects.count()
    places = Account.objects.order_by("pk").values_list("pk", flat=True)
    ids = [places[number * count // (50 * SAMPLE)] for number in range(50 * SAMPLE)]
    live = SubscriptionLine.objects.live(on=DAY).filter(account__in=ids)
    held: dict[int, set[int]] = {}
    for account, product in live.values_list("account", "product"):
        held.setdefault(account, set()).add(product)
    single = [account for account, products in held.items() if len(products) == 1]
    return list(Account.objects.filter(pk__in=single[:SAMPLE]))


def sell() -> None:
    """Put everything on sale, each tier at a price; a book that was brought in is all drafts."""
    if PriceBook.objects.filter(code="bench").exists():
        return
    Product.objects.update(role=ProductRole.ATTACH, available_from=SINCE)
    Plan.objects.update(available_from=SINCE)
    author, approver = (User.objects.create(email=f"{name}@example.org") for name in ("a", "b"))
    book = PriceBook.objects.create(code="bench", name="Everybody")
    release = PriceRelease(
        book=book,
        title="All",
        effective_on=SINCE,
        existing_treatment=ReleaseTreatment.KEEP,
        author=author,
    )
    currency = Account.objects.values_list("currency", flat=True)[0]
    lines = [
        (Price(charge=charge, currency=currency, model="flat", flat_amount=number), ())
        for number, charge in enumerate(Charge.objects.order_by("pk"), start=10)
    ]
    release = draft(release=release, lines=lines)
    submit(release=release, by=author)
    release = approve(release=release, by=approver, content_hash=release.content_hash)
    publish(release=release, by=approver, on=SINCE)
