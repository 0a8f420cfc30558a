"""S36: who uses little of a platform resents paying for the rest of it."""

from datetime import date

import pytest

from accounts.models import UsageDay
from config.findings import Severity
from tests.accounts.priced import a_bundle, a_charge, sell
from tests.factories import FeatureFactory, UsageDayFactory
from tests.portfolio.asking import found

pytestmark = pytest.mark.django_db
CODE = "platform-hardly-used"


def test_s36_who_uses_less_than_the_platform_costs_is_found():
    """Parts of 99, 79 and 149 in a platform of 200: one of 149 is too little, two are enough."""
    parts = [a_charge(amount) for amount in (99, 79, 149)]
    platform = a_bundle(200, *parts, kind="platform")
    features = [FeatureFactory(product=part.plan.product) for part in parts]
    on = date(2026, 5, 1)
    for used in ((2,), (0, 2), (0, 1), ()):
        account = sell(platform)[0].account
        for place in used:
            UsageDayFactory(account=account, feature=features[place], day=date(2026, 4, 10))

    (only,) = found(CODE, on=on)
    assert (only.kind.severity, only.found.row) == (Severity.WARNING, platform.plan)
    assert only.found.facts == {
        "customers": 3,  # of one nothing is known
        "resenting": 2,  # 149 and 178 of 200; 248 is more
        "lowest_fit": 0.745,
    }
    assert "use products that would cost less one by one" in only.found.sentence
    UsageDay.objects.update(day=date(2026, 3, 1))  # too long ago: nothing is known of anybody
    assert found(CODE, on=on) == []
