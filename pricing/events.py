"""What plans and prices tell other systems."""

from config.outbox import emit
from config.outbox.kinds import kind, row_kind
from pricing.models import PriceRelease

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
