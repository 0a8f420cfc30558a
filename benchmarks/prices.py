"""How quickly a large price book changes: a sheet previewed, a release published, a page opened."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from time import perf_counter

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from benchmarks import environment, importexport
from config.access.models import User
from config.sheets.writing import as_csv, as_workbook
from portfolio.models import Portfolio, Product, ProductRole
from pricing import exporting
from pricing.importing.sheet import preview_sheet, staged
from pricing.models import PriceBook, PriceRelease, ReleaseTreatment
from pricing.proposing import proposing
from pricing.publication import approve, publish, submit

Say = Callable[[str], None]
TODAY, LATER = date(2026, 6, 1), date(2026, 7, 1)
SAMPLE = 300  # rows for the peer, which takes its time for each
CURRENCIES, INTERVALS = ("EUR", "GBP", "JPY", "USD"), ("month", "year")
PER_PLAN = len(CURRENCIES) * len(INTERVALS)

# One price in ten has bands. Ids follow the order of insertion.
PLANS = """
INSERT INTO pricing_plan (code, name, kind, product_id, rank, is_public, version)
SELECT 'plan-' || n, 'Plan ' || n, 'tier', %(product)s, n, true, 1
FROM generate_series(1, %(plans)s) n ORDER BY n;
INSERT INTO pricing_charge (plan_id, code, cadence, version)
SELECT id, 'base', 'recurring', 1 FROM pricing_plan WHERE product_id = %(product)s ORDER BY rank;
"""
LINES = """
INSERT INTO pricing_price (release_id, book_id, charge_id, currency, interval, starts_on, model,
                           unit_amount, is_end, is_minimum, cancelled, version)
SELECT %(release)s, %(book)s, c.id, currency, interval, %(on)s,
       CASE WHEN c.id %% 10 = 0 THEN 'graduated' ELSE 'per_unit' END,
       CASE WHEN c.id %% 10 <> 0 THEN 10 + c.id %% 90 + %(more)s END, false, false, false, 1
FROM pricing_charge c JOIN pricing_plan p ON p.id = c.plan_id AND p.product_id = %(product)s
CROSS JOIN unnest(%(currencies)s::text[]) currency CROSS JOIN unnest(%(intervals)s::text[]) interval
"""
TIERS = """
INSERT INTO pricing_pricetier (price_id, from_quantity, to_quantity, unit_amount, flat_amount)
SELECT id, low, high, 20 - low / 5 + %(more)s, 0 FROM pricing_price
CROSS JOIN (VALUES (0, 10), (10, 50), (50, NULL)) band (low, high)
WHERE release_id = %(release)s AND model = 'graduated'
"""


class Stages:
    """What was measured, in the order in which it was done."""

    def __init__(self, say: Say) -> None:
        self.say, self.seconds = say, {}

    @contextmanager
    def measured(self, what: str):
        began = perf_counter()
        yield
        self.seconds[what] = round(perf_counter() - began, 2)
        self.say(f"  {what:44} {self.seconds[what]:>8.2f} s, load {environment.load()}")


def make_catalog(plans: int) -> Product:
    portfolio = Portfolio.objects.create(code="bench", name="Bench")
    product = Product.objects.create(
        code="bench", name="Bench", portfolio=portfolio, role=ProductRole.ANCHOR
    )
    with connection.cursor() as cursor:
        cursor.execute(PLANS, {"plans": plans, "product": product.pk})
    return product


def drafted(book: PriceBook, product: Product, *, on: date, more: int, by: User) -> PriceRelease:
    release = PriceRelease.objects.create(
        book=book,
        title=f"Prices from {on}",
        effective_on=on,
        existing_treatment=ReleaseTreatment.KEEP,
        author=by,
    )
    names = {
        "release": release.pk,
        "book": book.pk,
        "product": product.pk,
        "on": on,
        "more": more,
        "currencies": list(CURRENCIES),
        "intervals": list(INTERVALS),
    }
    with connection.cursor() as cursor:
        cursor.execute(LINES, names)
        cursor.execute(TIERS, names)
    return release


def reviewed(release: PriceRelease, other: User, stages: Stages, what: str) -> None:
    with stages.measured(f"{what}: submitted"):
        submit(release=release, by=release.author)
    with stages.measured(f"{what}: approved"):
        approve(release=release, by=other, content_hash=release.content_hash)
    with stages.measured(f"{what}: published"):
        publish(release=release, by=other, on=TODAY)


def measure(prices: int, say: Say) -> dict:
    """Everything about a book of so many prices, in a new database."""
    stages = Stages(say)
    author, other = (User.objects.create(email=f"{name}@example.org") for name in "ab")
    product = make_catalog(prices // PER_PLAN)
    book = PriceBook.objects.create(code="bench", name="Bench")
    first = drafted(book, product, on=TODAY, more=0, by=author)
    reviewed(first, other, stages, "the first prices")
    _analyze()
    found = sheets(book, author, stages)
    pages(book, stages)
    second = drafted(book, product, on=LATER, more=3, by=author)
    reviewed(second, other, stages, "every price once more")
    return {"prices": prices, "seconds": stages.seconds, **found}


def sheets(book: PriceBook, by: User, stages: Stages) -> dict:
    """The whole book out, every tenth price changed, and looked at; the same rows by a peer."""
    with stages.measured("the sheet written as CSV"):
        rows = [list(row) for row in exporting.rows(book, on=TODAY)]
        data = as_csv(exporting.HEADER, rows)
    place = exporting.HEADER.index("unit_amount")
    for row in rows[::10]:
        row[place] += 1
    files = {
        "CSV": as_csv(exporting.HEADER, rows),
        "XLSX": as_workbook("prices", exporting.HEADER, rows),
    }
    for kind, data in files.items():
        with stages.measured(f"upload to preview, {len(rows):,} rows of {kind}"):
            shown = preview_sheet(release=_new(book, by), data=data)
        stages.say(f"    {shown.counts}")
    with transaction.atomic():
        with stages.measured("validated and staged, CSV"), proposing():
            staged(_new(book, by), files["CSV"])
        transaction.set_rollback(True)
    peer = importexport.measure(rows[:SAMPLE], stages.say)
    ours = len(rows) / stages.seconds["validated and staged, CSV"]
    stages.say(
        f"  {ours:,.0f} rows/s staged, django-import-export {peer:,.0f}: {ours / peer:,.0f}x"
    )
    return {"rows_per_second": round(ours), "peer_rows_per_second": round(peer, 1)}


def pages(book: PriceBook, stages: Stages) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.create(email="c@example.org", is_staff=True, is_superuser=True))
    client.get(reverse("admin:index"))
    for name, address in (
        ("the page of the book", reverse("admin:pricing_pricebook_change", args=[book.pk])),
        ("the list of its prices", reverse("admin:pricing_price_changelist") + f"?book={book.pk}"),
    ):
        with stages.measured(name):
            answer = client.get(address, follow=True)
        if answer.status_code != HTTPStatus.OK:
            raise AssertionError(f"{address} answered {answer.status_code}")


def _new(book: PriceBook, by: User) -> PriceRelease:
    return PriceRelease(book=book, title="Sheet", effective_on=LATER, author=by)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pricing_price, pricing_pricetier, pricing_charge, pricing_plan")
