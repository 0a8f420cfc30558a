"""What credits and incentives tell other systems."""

from config.outbox import emit
from config.outbox.kinds import kind, row_kind
from pricing.models import BurnRate

row_kind(
    "credit_unit.changed",
    about="pricing.creditunit",
    path="credit-units",
    key="credits",
    meaning="A unit of credits was added, changed or deleted.",
)
row_kind(
    "credit_terms.changed",
    about="pricing.creditterms",
    path="credit-terms",
    key="7",
    meaning="What a credit pack is worth beside its price was said, changed or taken back.",
)
row_kind(
    "incentive.changed",
    about="pricing.incentive",
    path="incentives",
    key="second-product",
    meaning="An incentive was added, changed or deleted.",
)


@kind(
    "burn_rate.set",
    about="pricing.burnrate",
    path="burn-rates",
    key="7",
    example={
        "unit": "credits",
        "feature": "campaigns-sends",
        "credits": "1",
        "starts_on": "2026-07-01",
        "ends_on": None,
    },
)
def rate_set(rate: BurnRate) -> None:
    """A unit of a feature costs so many credits from a day on, or no more from `ends_on` on."""
    payload = {
        "unit": rate.unit.code,
        "feature": rate.feature.code,
        "credits": f"{rate.credits.normalize():f}",
        "starts_on": rate.starts_on,
        "ends_on": rate.ends_on,
    }
    emit("burn_rate.set", f"/burn-rates/{rate.pk}/", payload)
