"""A new product made like another one: its tiers and what they include, no price, no date."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from config.errors import DomainError
from config.outbox.events import Change, tell
from portfolio.models import Origin, Portfolio, Product, ProductRole, ReviewState
from pricing.models import Charge, Plan, PlanKind, PlanVersion

FIRST_VERSION = 1


class TierRefused(DomainError):
    code = "tier_refused"


@transaction.atomic
def clone_product(
    *, product: Product, code: str, name: str, portfolio: Portfolio, on: date
) -> Product:
    """A draft of a product like this one, with its tiers, their newest version and charges.

    It is for the same people and needs. Nothing of it can be bought: it has no dates, no prices and
    no customers, and its versions are drafts from the day on. It has the same role, unless that is
    sunset; a product of somebody else waits for its own review. Raises ValidationError for what the
    product refuses, TierRefused for a tier whose new code is taken or too long.
    """
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    third_party = product.origin == Origin.THIRD_PARTY
    copy = Product(
        code=code,
        name=name,
        portfolio=portfolio,
        role=None if product.role == ProductRole.SUNSET else product.role,
        is_core=product.is_core,
        origin=product.origin,
        vendor=product.vendor,
        review_state=ReviewState.PENDING if third_party else ReviewState.NOT_NEEDED,
        value_proposition=product.value_proposition,
        owner_id=product.owner_id,
    )
    _add(copy)
    copy.personas.set(product.personas.all())
    copy.needs.set(product.needs.all())
    for plan in Plan.objects.filter(product=product, kind=PlanKind.TIER).order_by("rank"):
        _clone_tier(plan, product, copy, on)
    return copy


def code_of_tier(plan: Plan, product: Product, code: str) -> str:
    """The code of a tier's copy: the product's new code instead of its old one, or before it."""
    if plan.code.startswith(product.code):
        return f"{code}{plan.code.removeprefix(product.code)}"
    return f"{code}-{plan.code}"


def _clone_tier(plan: Plan, product: Product, copy: Product, on: date) -> None:
    tier = Plan(
        code=code_of_tier(plan, product, copy.code),
        name=plan.name,
        kind=plan.kind,
        product=copy,
        rank=plan.rank,
        is_public=plan.is_public,
    )
    try:
        _add(tier)
    except ValidationError as error:
        raise TierRefused(f"Tier {tier.code}: {' '.join(error.messages)}") from error
    if plan.versions.exists():
        _add(PlanVersion(plan=tier, number=FIRST_VERSION, starts_on=on))
    for charge in plan.charges.order_by("code"):
        _add(Charge(plan=tier, code=charge.code, cadence=charge.cadence))


def _add(row: Model) -> None:
    row.full_clean()
    row.save()
    tell(row, Change.ADDED)
