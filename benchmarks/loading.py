"""A book goes into the real tables by COPY; ledger and sums are made by the product's own code."""

from collections.abc import Callable
from time import monotonic

import numpy as np
from django.db import connection, transaction

from accounts.ledger.bulk import append_for
from benchmarks.book import DAYS, FIRST_DAY, PRODUCTS, SEGMENTS, TIERS, Book
from benchmarks.database import without_indexes
from config.postgresql.owner import as_owner
from config.progress import silent
from metrics.folding import fold
from portfolio.models import Portfolio, Product, ProductRole, Region, Segment
from pricing.models import Charge, Plan

TABLES = (
    "accounts_account",
    "accounts_accountprofile",
    "accounts_subscription",
    "accounts_subscriptionline",
)
REGIONS = ("amer", "emea", "apac", "latam")
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
PIECE = 500_000

STAGING = """
CREATE TEMP TABLE bench_account (number int, segment int, region int, created date);
CREATE TEMP TABLE bench_item (account int, product int, tier int, starts date, ends date, mrr int8);
"""
ACCOUNTS = """
INSERT INTO accounts_account (code, name, currency, created_on, country, industry)
SELECT 'A' || number, 'Customer ' || number, 'USD', created, '', ''
FROM bench_account ORDER BY number
"""
# Ids follow the order of insertion: the first one tells them all.
REST = """
INSERT INTO accounts_accountprofile (account_id, segment_id, region_id, source, starts_on)
SELECT %(account)s + number, (%(segments)s::bigint[])[segment + 1],
       (%(regions)s::bigint[])[region + 1], 'import', created
FROM bench_account;
CREATE TEMP TABLE bench_subscription AS
SELECT row_number() OVER (ORDER BY account, product) - 1 AS number, account, product,
       min(starts) AS starts, CASE WHEN max(ends) < %(open)s THEN max(ends) END AS ends
FROM bench_item GROUP BY account, product;
INSERT INTO accounts_subscription (code, account_id, currency, starts_on, ends_on, term_months)
SELECT 'A' || account || '-' || product, %(account)s + account, 'USD', starts, ends, 1
FROM bench_subscription ORDER BY number;
"""
LINES = """
INSERT INTO accounts_subscriptionline (
    subscription_id, account_id, plan_id, charge_id, product_id, instance, interval,
    amount, list_amount, mrr, origin, recorded_at, starts_on, ends_on)
SELECT %(subscription)s + s.number, %(account)s + account,
       (%(plans)s::bigint[])[product * %(tiers)s + tier + 1],
       (%(charges)s::bigint[])[product * %(tiers)s + tier + 1],
       (%(products)s::bigint[])[product + 1], 0, 'month',
       i.mrr / 100.0, CASE WHEN account %% 5 = 0 THEN i.mrr / 80.0 END, i.mrr,
       'import', now(), i.starts, nullif(i.ends, %(open)s)
FROM bench_item i JOIN bench_subscription s USING (account, product)
ORDER BY account, product, i.starts;
"""


def load(book: Book, say: Callable[[str], None]) -> None:
    """Everything that a question is asked of, in a new database."""
    start = monotonic()

    def done(step: str) -> None:
        say(f"  {step} after {monotonic() - start:.0f} s")

    with as_owner(connection), connection.cursor() as cursor:
        with without_indexes(*TABLES):
            load_facts(book)
            done("lines loaded")
        done("constraints checked")
        cursor.execute("VACUUM ANALYZE")
    entries = build_ledger()
    done(f"{entries:,} ledger entries written")
    fold()
    done("sums folded")
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def load_facts(book: Book) -> None:
    """Catalog, accounts, profiles, subscriptions and lines; the tables must be empty."""
    ids = {**_catalog(), "tiers": TIERS, "open": str(FIRST_DAY + DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        number = np.arange(len(book.segment))
        _copy(cursor, "bench_account", [number, book.segment, book.region], [book.created])
        _copy(
            cursor,
            "bench_item",
            [book.account, book.product, book.tier],
            [book.start, book.end],
            [book.mrr],
        )
        cursor.execute(ACCOUNTS)
        ids["account"] = _first(cursor, "accounts_account")
        cursor.execute(REST, ids)
        ids["subscription"] = _first(cursor, "accounts_subscription")
        cursor.execute(LINES, ids)
        cursor.execute("DROP TABLE bench_account, bench_item, bench_subscription")


def build_ledger() -> int:
    """The entries of every account, as an import appends them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(
            "CREATE TEMP TABLE bench_touched ON COMMIT DROP AS "
            "SELECT id AS account_id FROM accounts_account"
        )
        return append_for("bench_touched", silent)


def _catalog() -> dict[str, list[int]]:
    home = Portfolio.objects.create(code="bench", name="Benchmark")
    for rank, code in enumerate(SEGMENTS, start=1):
        Segment.objects.create(code=code, name=code, rank=rank)
    for rank, code in enumerate(REGIONS, start=1):
        Region.objects.create(code=code, name=code, rank=rank)
    products, plans, charges = [], [], []
    for number in range(PRODUCTS):
        product = Product.objects.create(
            code=f"p{number:02}",
            name=f"Product {number}",
            portfolio=home,
            role=ProductRole.ANCHOR if number < 4 else ProductRole.ATTACH,
            available_from=FIRST_DAY.item(),
        )
        products.append(product)
        for rank in range(TIERS):
            plans.append(
                Plan(code=f"{product.code}-{rank}", name=f"T{rank}", product=product, rank=rank)
            )
    Plan.objects.bulk_create(plans)
    charges = Charge.objects.bulk_create([Charge(plan=plan) for plan in plans])
    return {
        "segments": list(Segment.objects.order_by("rank").values_list("pk", flat=True)),
        "regions": list(Region.objects.order_by("rank").values_list("pk", flat=True)),
        "products": [product.pk for product in products],
        "plans": [plan.pk for plan in plans],
        "charges": [charge.pk for charge in charges],
    }


def _first(cursor, table: str) -> int:
    cursor.execute(f"SELECT min(id) FROM {table}")
    return cursor.fetchone()[0]


def _copy(cursor, table: str, numbers: list, days: list, amounts: list = ()) -> None:
    """Columns in binary: 4-byte numbers, then days since FIRST_DAY, then 8-byte amounts."""
    epoch = int((FIRST_DAY - np.datetime64("2000-01-01")).astype(int))
    columns = [*numbers, *(day + epoch for day in days), *amounts]
    widths = [4] * (len(numbers) + len(days)) + [8] * len(amounts)
    fields = [("count", ">i2")]
    for place, width in enumerate(widths):
        fields += [(f"width{place}", ">i4"), (f"value{place}", f">i{width}")]
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.write(SIGNATURE)
        for first in range(0, len(columns[0]), PIECE):
            rows = np.empty(len(columns[0][first : first + PIECE]), dtype=fields)
            rows["count"] = len(columns)
            for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
                rows[f"width{place}"] = width
                rows[f"value{place}"] = column[first : first + PIECE]
            copy.write(rows.tobytes())
        copy.write(b"\xff\xff")
