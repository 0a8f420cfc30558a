"""How Larkfield sells: to whom, by whom, with what to show, and how Mailroom ends."""

from datetime import date, timedelta

from django.db import models

from metrics.demo.catalog import BY_CODE, month
from metrics.demo.rows import ensure
from portfolio.models import (
    Asset,
    AssetKind,
    Channel,
    Motion,
    OwnerModel,
    Posture,
    Product,
    Region,
    RegionCountry,
    Segment,
    SegmentEnablement,
    SunsetPlan,
    Targeting,
)
from pricing.models import Plan, PlanEnablement

COUNTRIES = {
    "na": ("CA", "US"),
    "emea": ("AE", "DE", "ES", "FR", "GB", "IE", "IT", "NL", "PL", "SE", "ZA"),
    "apac": ("AU", "ID", "IN", "JP", "KR", "NZ", "SG"),
    "latam": ("AR", "BR", "CL", "CO", "MX"),
}
# Product (none: bundles and the platform), segment, posture, most products.
TARGETS = (
    (None, "smb", Posture.EXCLUDE, 2),
    ("crm", "smb", Posture.LEAD, None),
    ("meet", "smb", Posture.RECOMMEND, None),
    ("answers", "smb", Posture.RECOMMEND, None),
    ("data-platform", "smb", Posture.EXCLUDE, None),
    ("quotes", "smb", Posture.EXCLUDE, None),
    (None, "mid-market", Posture.NEUTRAL, None),
    ("crm", "mid-market", Posture.LEAD, None),
    ("desk", "mid-market", Posture.LEAD, None),
    ("insights", "mid-market", Posture.RECOMMEND, None),
    ("campaigns", "mid-market", Posture.RECOMMEND, None),
    (None, "enterprise", Posture.LEAD, None),
    ("data-platform", "enterprise", Posture.RECOMMEND, None),
    ("quotes", "enterprise", Posture.RECOMMEND, None),
)
# Product, segment and motion (none: any), and who sells.
CHANNELS = (
    (None, "enterprise", None, OwnerModel.SALES_LED),
    (None, "smb", None, OwnerModel.PRODUCT_LED),
    (None, None, Motion.CAPACITY_UPSELL, OwnerModel.PRODUCT_LED),
    (None, "mid-market", Motion.TIER_UPSELL, OwnerModel.CSM_LED),
    ("data-platform", None, None, OwnerModel.SALES_LED),
    ("data-platform", "mid-market", Motion.PLATFORM_CROSS_SELL, OwnerModel.SALES_LED),
    ("meet", None, None, OwnerModel.PRODUCT_LED),
    ("crm", "enterprise", Motion.CAPACITY_UPSELL, OwnerModel.CSM_LED),
)
# Name, kind, product, other product, industry, employees from and to, months ago, what to say.
ASSETS = (
    ("A tour of the CRM", "demo", "crm", None, "", None, None, 20, "Begin where they begin."),
    (
        "From the first call to the signed contract",
        "demo",
        "crm",
        "quotes",
        "",
        200,
        None,
        9,
        "Nobody types a customer twice.",
    ),
    (
        "How a shop answers twice the requests",
        "case_study",
        "desk",
        "answers",
        "Retail",
        None,
        500,
        6,
        "Answers closes a third of the requests before they are opened.",
    ),
    (
        "A clinic with one waiting list",
        "case_study",
        "crm",
        "meet",
        "Health care",
        None,
        None,
        4,
        "Patients book; nobody telephones.",
    ),
    (
        "What a minute of waiting costs",
        "calculator",
        "desk",
        "voice",
        "",
        None,
        None,
        3,
        "Let them enter their own figures.",
    ),
    (
        "One record of the customer",
        "one_pager",
        "data-platform",
        None,
        "",
        1000,
        None,
        5,
        "For the head of data, not for sales.",
    ),
    (
        "Leaving Mailroom in an afternoon",
        "video",
        "campaigns",
        "mailroom",
        "",
        None,
        None,
        7,
        "Every list and template moves along.",
    ),
)
NOTICE = 400


def load_market(*, on: date) -> int:
    """Add what is missing of how the demo's products are sold; the catalog is there already."""
    found = {
        kind: {row.code: row for row in kind.objects.all()} for kind in (Product, Segment, Region)
    }
    return (
        _countries(found[Region])
        + _targets(found[Product], found[Segment])
        + _channels(found[Product], found[Segment])
        + _assets(found[Product], on=on)
        + _roles(found[Product], found[Segment], on=on)
    )


def _add(model: type[models.Model], key: dict, facts: dict) -> int:
    return ensure(model, key, facts)[1]


def _countries(regions: dict[str, Region]) -> int:
    return sum(
        _add(RegionCountry, {"country": country}, {"region": regions[code]})
        for code, countries in COUNTRIES.items()
        for country in countries
    )


def _targets(products: dict[str, Product], segments: dict[str, Segment]) -> int:
    return sum(
        _add(
            Targeting,
            {"product": products.get(product), "segment": segments[segment]},
            {"posture": posture, "max_products": most},
        )
        for product, segment, posture, most in TARGETS
    )


def _channels(products: dict[str, Product], segments: dict[str, Segment]) -> int:
    return sum(
        _add(
            Channel,
            {
                "product": products.get(product),
                "segment": segments.get(segment),
                "motion": motion,
            },
            {"owner_model": owner_model},
        )
        for product, segment, motion, owner_model in CHANNELS
    )


def _assets(products: dict[str, Product], *, on: date) -> int:
    return sum(
        _add(
            Asset,
            {"name": name},
            {
                "kind": AssetKind(kind),
                "product": products[product],
                "other_product": products.get(other),
                "industry": industry,
                "employees_from": least,
                "employees_to": most,
                "url": f"https://larkfield.example/show/{kind}-{product}",
                "message": message,
                "published_on": month(on, ago),
            },
        )
        for name, kind, product, other, industry, least, most, ago, message in ASSETS
    )


def _roles(products: dict[str, Product], segments: dict[str, Segment], *, on: date) -> int:
    """Mailroom ends, and was announced a little late; the Data Platform is there for something."""
    mailroom, platform = products["mailroom"], products["data-platform"]
    ends_on = BY_CODE["mailroom"].facts(on=on)["end_of_life_on"]
    plan = _add(
        SunsetPlan,
        {"product": mailroom},
        {
            "successor": products["campaigns"],
            "reason": "Campaigns does everything that Mailroom does, on one list of contacts.",
            "notice_days": NOTICE,
            "announced_on": ends_on - timedelta(days=NOTICE - 30),
        },
    )
    segment = _add(
        SegmentEnablement,
        {"product": platform, "segment": segments["enterprise"]},
        {"note": "Security reviews ask for one record with one owner."},
    )
    top = Plan.objects.get(code="insights-enterprise")
    return (
        plan
        + segment
        + _add(
            PlanEnablement,
            {"product": platform, "plan": top},
            {"note": "Its reports run over data of other systems."},
        )
    )
