"""What plans and prices tell other systems."""

from config.outbox import emit
from config.outbox.kinds import kind, row_kind
from pricing.models import PlanVersion, PriceRelease

row_kind(
    "plan.changed",
    about="pricing.plan",
    path="plans",
    key="crm-pro",
    meaning="A plan was added, changed or deleted.",
)
row_kind(
    "plan_version.changed",
    about="pricing.planversion",
    path="plan-versions",
    key="7",
    meaning="A version of a plan was added, changed or deleted.",
)
row_kind(
    "charge.changed",
    about="pricing.charge",
    path="charges",
    key="7",
    meaning="A charge of a plan was added, changed or deleted.",
)
row_kind(
    "plan_enablement.changed",
    about="pricing.planenablement",
    path="plan-enablements",
    key="7",
    meaning="That a product enables a plan was said, changed or taken back.",
)
row_kind(
    "feature.changed",
    about="pricing.feature",
    path="features",
    key="crm-users",
    meaning="A feature was added, changed or deleted.",
)
row_kind(
    "entitlement.changed",
    about="pricing.entitlement",
    path="entitlements",
    key="7",
    meaning="What a draft of a plan version grants of a feature was added, changed or deleted.",
)
row_kind(
    "bundle_item.changed",
    about="pricing.bundleitem",
    path="bundle-items",
    key="7",
    meaning="A component of a draft of a bundle or platform was added, changed or deleted.",
)
row_kind(
    "migration_path.changed",
    about="pricing.migrationpath",
    path="migration-paths",
    key="7",
    meaning="A path from one plan to another was added, changed or deleted.",
)
row_kind(
    "price_book.changed",
    about="pricing.pricebook",
    path="price-books",
    key="standard",
    meaning="A price book was added, changed or deleted.",
)
row_kind(
    "price_release.changed",
    about="pricing.pricerelease",
    path="price-releases",
    key="7",
    meaning="A release of prices was added, changed, reviewed or deleted.",
)
row_kind(
    "rate_table.changed",
    about="pricing.ratetable",
    path="rate-tables",
    key="ecb",
    meaning="A table of exchange rates was added, changed or deleted.",
)
row_kind(
    "exchange_rate.changed",
    about="pricing.exchangerate",
    path="exchange-rates",
    key="7",
    meaning="An exchange rate was added, changed or deleted.",
)
row_kind(
    "grandfathering_policy.changed",
    about="pricing.grandfatheringpolicy",
    path="grandfathering-policies",
    key="crm-2026",
    meaning="A grandfathering policy was added, changed, previewed, decided about or deleted.",
)


@kind(
    "plan_version.published",
    about="pricing.planversion",
    path="plan-versions",
    key="7",
    example={"plan": "crm-pro", "number": 2, "starts_on": "2027-01-01", "ends_on": None},
)
def version_published(version: PlanVersion) -> None:
    """A version of a plan is in force from a day on, and changes no more."""
    payload = {
        "plan": version.plan.code,
        "number": version.number,
        "starts_on": version.starts_on,
        "ends_on": version.ends_on,
    }
    emit("plan_version.published", f"/plan-versions/{version.pk}/", payload)


@kind(
    "price_release.published",
    about="pricing.pricerelease",
    path="price-releases",
    key="7",
    example={"book": "standard", "effective_on": "2026-07-01", "lines": 42},
)
def release_published(release: PriceRelease, *, lines: int) -> None:
    """Prices of a book change on a day: one event for all lines of the release."""
    _tell("price_release.published", release, lines=lines)


@kind(
    "price_release.cancelled",
    about="pricing.pricerelease",
    path="price-releases",
    key="7",
    example={"book": "standard", "effective_on": "2026-07-01"},
)
def release_cancelled(release: PriceRelease) -> None:
    """Prices that were to change on a day stay as they are."""
    _tell("price_release.cancelled", release)


def _tell(code: str, release: PriceRelease, **facts) -> None:
    names = {"book": release.book.code, "effective_on": release.effective_on}
    emit(code, f"/price-releases/{release.pk}/", {**names, **facts})
