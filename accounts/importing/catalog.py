"""Products, tiers, segments and regions that a book names and the catalog does not have yet.

They become drafts: counted by every metric, sold by nobody until somebody has curated them.
"""

from django.db import connection
from django.db.models import Max

from accounts.importing.checks import check_texts, distinct_texts, drop_texts
from accounts.importing.report import Report
from config.codes import slug
from portfolio.models import Portfolio, Product, Region, Segment
from pricing.models import Charge, Plan, PlanKind

MARKETS = """
CREATE TEMP TABLE import_market (
    kind text NOT NULL, text text NOT NULL, id bigint NOT NULL
) ON COMMIT DROP"""
TIERS = """
CREATE TEMP TABLE import_tier (
    product text NOT NULL, tier text NOT NULL, product_id bigint NOT NULL,
    product_code text NOT NULL, plan_id bigint NOT NULL, charge_id bigint NOT NULL
) ON COMMIT DROP"""


def draft_markets(*, file: str, report: Report) -> None:
    """Map every segment and region of the file to one we have, adding drafts for unknown ones."""
    with connection.cursor() as cursor:
        cursor.execute(MARKETS)
    _markets(Segment, "segment", file, report)
    _markets(Region, "region", file, report)


def _markets(model: type[Segment] | type[Region], column: str, file: str, report: Report) -> None:
    known = {market.code: market.pk for market in model.objects.all()}
    rank = model.objects.aggregate(last=Max("rank"))["last"] or 0
    for text in check_texts(table="staged_account", column=column, file=file, report=report):
        code = slug(text)
        if code not in known:
            rank += 1
            known[code] = model.objects.create(code=code, name=text, rank=rank).pk
            report.counts[f"{column}s_created"] += 1
        _remember("import_market (kind, text, id)", (column, text, known[code]))


def draft_tiers(*, file: str, portfolio: str, report: Report) -> None:
    """Map every product and tier of the file to a plan, adding drafts for unknown ones."""
    with connection.cursor() as cursor:
        cursor.execute(TIERS)
    check_texts(table="staged_item", column="product", file=file, report=report)
    products = {product.code: product for product in Product.objects.all()}
    plans = {plan.code: plan for plan in Plan.objects.select_related("product")}
    meant: set[str] = set()
    for product_text, tier_text, _ in distinct_texts("staged_item", "product", "tier"):
        product_code = slug(product_text)
        code = f"{product_code}-{slug(tier_text)}"
        plan = plans.get(code)
        if code in meant or (plan and _product_code(plan) != product_code):
            problem = {"file": file, "column": "tier", "code": "one_code"}
            problem["reason"] = f"another tier is or becomes {code}, too"
            drop_texts("staged_item", {"product": product_text, "tier": tier_text}, problem, report)
            continue
        meant.add(code)
        if product_code not in products:
            products[product_code] = _draft_product(product_code, product_text, portfolio, report)
        product = products[product_code]
        plan = plan or _draft_tier(code, tier_text, product, report)
        charge, _ = Charge.objects.get_or_create(plan=plan, code="base")
        _remember(
            "import_tier (product, tier, product_id, product_code, plan_id, charge_id)",
            (product_text, tier_text, product.pk, product.code, plan.pk, charge.pk),
        )


def _product_code(plan: Plan) -> str | None:
    return plan.product.code if plan.product_id else None


def _draft_product(code: str, name: str, portfolio: str, report: Report) -> Product:
    home, _ = Portfolio.objects.get_or_create(code=portfolio, defaults={"name": portfolio})
    report.counts["products_created"] += 1
    return Product.objects.create(code=code, name=name, portfolio=home)


def _draft_tier(code: str, name: str, product: Product, report: Report) -> Plan:
    tiers = Plan.objects.filter(product=product, kind=PlanKind.TIER)
    rank = tiers.aggregate(last=Max("rank"))["last"] or 0
    report.counts["tiers_created"] += 1
    return Plan.objects.create(code=code, name=name, product=product, rank=rank + 1)


def _remember(into: str, values: tuple) -> None:
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} VALUES ({marks})", values)
