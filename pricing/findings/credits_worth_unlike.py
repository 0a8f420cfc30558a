"""A credit is worth much the same wherever it is spent."""

from collections.abc import Iterator

from config.access.scopes import Scope
from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from portfolio.models import Threshold
from pricing.credit_values import SPREAD, fairness
from pricing.models import CreditUnit, Price

NEEDS = ("pricing.view_creditunit", "pricing.view_burnrate", "pricing.view_price")


@finding(Severity.WARNING, needs=NEEDS, scope=Scope.PRICES_READ)
def credits_worth_unlike(asked: Asked) -> Iterator[Found]:
    """A credit is worth far more on one feature than on another. Customers then have to reckon
    before they use anything, and use what is cheap in credits and dear to provide."""
    most = asked.once(_spread)
    if most is None:
        return
    units = visible(CreditUnit.objects.select_related("portfolio"), asked.actor)
    prices = visible(Price.objects.all(), asked.actor)
    for each in fairness(units=units, prices=prices, on=asked.on):
        spread = each.spread
        if spread is None or spread <= most:
            continue
        dear, cheap = each.most, each.least
        yield Found(
            each.unit,
            f"A credit of {each.unit} is worth {spread:.1f} times as much on {dear.rate.feature} "
            f"as on {cheap.rate.feature} in {each.currency}: more than {most.normalize():f}.",
            {"portfolio": each.unit.portfolio.code},
            {
                "currency": each.currency,
                "spread": f"{spread:.2f}",
                "values": {v.rate.feature.code: f"{v.value:.6f}" for v in each.values},
            },
        )


def _spread(asked: Asked):
    return Threshold.objects.values_on(asked.on).get(SPREAD)
