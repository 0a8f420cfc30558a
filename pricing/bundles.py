"""What a bundle contains, and a platform: every product that may be sold in it on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from config.errors import DomainError
from portfolio.models import Product, ProductRole, ProductStatus
from pricing.models import (
    COMPOSITE,
    BundleItem,
    Charge,
    Plan,
    PlanKind,
    PlanVersion,
    is_reviewed,
)


class NotComposed(DomainError):
    code = "not_composed"


class Source(StrEnum):
    """Why a plan is in it."""

    NAMED = "named"
    HIGHEST_PUBLIC_TIER = "highest_public_tier"


@dataclass(frozen=True)
class Member:
    """A plan that is in a bundle; `in_version` unless the version in force does not have it yet."""

    plan: Plan
    source: Source
    quantity: Decimal = Decimal(1)
    optional: bool = False
    in_version: bool = True


@dataclass(frozen=True)
class Composition:
    """What a bundle or a platform contains on a day, and how that came about."""

    plan: Plan
    on: date
    version: PlanVersion | None
    members: list[Member] = field(default_factory=list)
    trace: list[dict] = field(default_factory=list)

    @property
    def granted(self) -> list[Member]:
        """What every customer gets."""
        return [member for member in self.members if not member.optional]


@dataclass(frozen=True)
class Part:
    """So many of a plan in a bundle, and the charges of the plan by their codes."""

    plan: Plan
    quantity: Decimal
    charges: Mapping[str, Charge]

    def charge(self, *, like: Charge) -> Charge | None:
        """The charge that holds its share: of the bundle's code, or the base, or the only one."""
        return share_charge(self.charges, like=like)


def share_charge(charges: Mapping[str, Charge], *, like: Charge) -> Charge | None:
    """Of a plan's charges the one that holds its share of what a bundle costs by a charge."""
    alike = {code: each for code, each in charges.items() if each.cadence == like.cadence}
    return alike.get(like.code) or alike.get("base") or next(iter(alike.values()), None)


def composition(*, plan: Plan, on: date) -> Composition:
    """The plans that a bundle or a platform contains on the day, four queries at most.

    A bundle contains what its version in force names. A platform contains every product of its
    portfolio that is on sale, not on its way out and, if it is another company's, approved: each
    at the tier that the version names, else at its highest public tier on sale.
    Raises NotComposed for a plan of another kind.
    """
    if plan.kind not in COMPOSITE:
        raise NotComposed(f"{plan} is neither a bundle nor a platform: it has no components.")
    return compositions(plans=[plan], on=on)[plan.pk]


def compositions(*, plans: Iterable[Plan], on: date) -> dict[int, Composition]:
    """What bundles and platforms contain on the day, by plan: four queries for all of them."""
    plans = [plan for plan in plans if plan.kind in COMPOSITE]
    in_force = PlanVersion.objects.published(on=on).filter(plan__in=[plan.pk for plan in plans])
    versions = {version.plan_id: version for version in in_force}
    items = _items_by_version(versions.values())
    homes = {plan.portfolio_id for plan in plans if plan.kind == PlanKind.PLATFORM}
    shelf = _shelf(homes, on) if homes else {}
    found = {}
    for plan in plans:
        version = versions.get(plan.pk)
        named = items.get(version.pk, []) if version else []
        if plan.kind == PlanKind.PLATFORM:
            found[plan.pk] = _filled(Composition(plan, on, version), named, shelf)
            continue
        members = [_named(item) for item in named]
        trace = [_step(item.plan, matched=True, reason="named by the version") for item in named]
        found[plan.pk] = Composition(plan, on, version, members, trace)
    return found


def parts_of(versions: Iterable[int]) -> dict[int, list[Part]]:
    """What these published versions grant to everybody from their first day on, by their ids.

    A platform's products are those that it contained on that day. Three queries, and two more for
    each platform's version; none for no versions.
    """
    wanted = set(versions)
    rows = list(PlanVersion.objects.filter(pk__in=wanted).select_related("plan") if wanted else ())
    items = _items_by_version(rows) if rows else {}
    members = {row.pk: _granted_by(row, items.get(row.pk, [])) for row in rows}
    plans = {member.plan.pk for each in members.values() for member in each}
    charges: dict[int, dict[str, Charge]] = {plan: {} for plan in plans}
    if plans:
        for charge in Charge.objects.filter(plan__in=plans).order_by("code"):
            charges[charge.plan_id][charge.code] = charge
    for each in members.values():
        for member in each:
            for charge in charges[member.plan.pk].values():
                charge.plan = member.plan
    return {
        pk: [Part(member.plan, member.quantity, charges[member.plan.pk]) for member in each]
        for pk, each in members.items()
    }


def _granted_by(version: PlanVersion, items: list[BundleItem]) -> list[Member]:
    day, plan = version.starts_on, version.plan
    if plan.kind == PlanKind.PLATFORM:
        members = compose(plan=plan, version=version, items=items, on=day).members
    else:
        members = [_named(item) for item in items]
    return [member for member in members if member.in_version and not member.optional]


def items_of(version: PlanVersion) -> list[BundleItem]:
    """What a version names, each component with its product."""
    return _items_by_version([version]).get(version.pk, [])


def _items_by_version(versions: Iterable[PlanVersion]) -> dict[int, list[BundleItem]]:
    rows = BundleItem.objects.filter(plan_version__in=[version.pk for version in versions])
    by_version: dict[int, list[BundleItem]] = {}
    for row in rows.select_related("plan__product").order_by("id"):
        by_version.setdefault(row.plan_version_id, []).append(row)
    return by_version


def compose(
    *, plan: Plan, version: PlanVersion | None, items: list[BundleItem], on: date
) -> Composition:
    """What a platform contains on the day if its version names these items: two queries."""
    return _filled(Composition(plan, on, version), items, _shelf({plan.portfolio_id}, on))


Shelf = dict[int, list[tuple[Product, Plan | None]]]  # by portfolio


def _shelf(portfolios: set[int], on: date) -> Shelf:
    """The products of portfolios, each with its highest public tier on sale on the day."""
    best = _highest_public_tiers(portfolios, on)
    shelf: Shelf = {}
    for product in Product.objects.filter(portfolio__in=portfolios).order_by("code"):
        shelf.setdefault(product.portfolio_id, []).append((product, best.get(product.pk)))
    return shelf


def _filled(found: Composition, items: list[BundleItem], shelf: Shelf) -> Composition:
    """The composition of a platform, with the products on the shelf that may be in it."""
    on = found.on
    for product, best in shelf.get(found.plan.portfolio_id, []):
        tiers = [i for i in items if _is_tier_of(i.plan, product)]
        named = max(
            (i for i in tiers if i.plan.status(on=on) == ProductStatus.ON_SALE),
            key=lambda item: item.plan.rank,
            default=None,
        )
        member = _member(named, best, is_known=bool(tiers))
        reason = _left_out(product, on) or ("" if member else "it has no public tier on sale")
        if not reason:
            found.members.append(member)
        found.trace.append(
            _step(
                product,
                considered=member.plan if member else None,
                matched=not reason,
                reason=reason or member.source.value,
            )
        )
    extras = [item for item in items if item.plan.kind != PlanKind.TIER]
    found.members.extend(_named(item) for item in extras)
    found.trace.extend(_step(i.plan, matched=True, reason="named beside tiers") for i in extras)
    return found


def _highest_public_tiers(portfolios: set[int], on: date) -> dict[int, Plan]:
    tiers = Plan.objects.filter(
        kind=PlanKind.TIER, is_public=True, product__portfolio__in=portfolios
    )
    on_sale = [
        tier
        for tier in tiers.select_related("product").order_by("rank")
        if tier.status(on=on) == ProductStatus.ON_SALE
    ]
    return {tier.product_id: tier for tier in on_sale}  # the last one of each is the highest


def _is_tier_of(plan: Plan, product: Product) -> bool:
    return plan.kind == PlanKind.TIER and plan.product_id == product.pk


def _member(named: BundleItem | None, best: Plan | None, *, is_known: bool) -> Member | None:
    if named:
        return _named(named)
    return Member(best, Source.HIGHEST_PUBLIC_TIER, in_version=is_known) if best else None


def _named(item: BundleItem) -> Member:
    source = Source.HIGHEST_PUBLIC_TIER if item.is_composed else Source.NAMED
    return Member(item.plan, source, item.quantity, item.optional)


def _left_out(product: Product, on: date) -> str:
    """Why a platform does not contain the product on the day, "" if nothing speaks against it."""
    if product.role == ProductRole.SUNSET:
        return "it is on its way out"
    status = product.status(on=on)
    if status != ProductStatus.ON_SALE:
        return f"it is not on sale: {status.label.lower()}"
    return "" if is_reviewed(product) else f"its review is {product.get_review_state_display()}"


def _step(
    subject: Plan | Product, *, matched: bool, reason: str, considered: Plan | None = None
) -> dict:
    return {
        "step": "member",
        "subject": subject.code,
        "name": subject.name,
        "considered": considered.code if considered else None,
        "matched": matched,
        "reason": reason,
    }
