"""What redeemed incentives tell other systems."""

from accounts.models import IncentiveRedemption
from config.outbox import emit
from config.outbox.kinds import kind


@kind(
    "incentive.redeemed",
    about="accounts.incentiveredemption",
    path="incentive-redemptions",
    key="7",
    example={
        "account": "acme",
        "incentive": "second-product",
        "line": 7,
        "starts_on": "2026-05-01",
        "ends_on": "2026-07-30",
    },
)
def incentive_redeemed(redemption: IncentiveRedemption) -> None:
    """An account pays less for a line from `starts_on` until `ends_on`, by an incentive."""
    payload = {
        "account": redemption.account.code,
        "incentive": redemption.incentive.code,
        "line": redemption.line_id,
        "starts_on": redemption.starts_on,
        "ends_on": redemption.ends_on,
    }
    emit("incentive.redeemed", f"/incentive-redemptions/{redemption.pk}/", payload)
