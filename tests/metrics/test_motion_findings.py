"""S122: motions that do not work are named, once enough was tried."""

from datetime import date

import pytest

from accounts.models import Stage
from config.findings import Asked, findings
from portfolio.models import Benchmark, Motion
from tests.factories import AccountFactory
from tests.factories.deals import offers
from tests.factories.people import of_role
from tests.portfolio.asking import ON, found

pytestmark = pytest.mark.django_db

CAPACITY, TIER = Motion.CAPACITY_UPSELL, Motion.TIER_UPSELL
CODE = "motion-below-benchmark"
LAST_YEAR = date(2025, 9, 1)


def tried(won: int, lost: int, motion: str = TIER, opened_on: date = LAST_YEAR) -> None:
    stages = [*[Stage.WON] * won, *[Stage.LOST] * lost]
    offers(*stages, motion=motion, account=AccountFactory(), opened_on=opened_on)


def test_s122_a_motion_below_its_band_is_named_with_its_figures():
    """2 of 98: at best 7.1 %, where 15 % and more are published."""
    tried(2, 96)
    tried(25, 75, CAPACITY)

    (only,) = found(CODE)

    assert only.found.row == Benchmark.objects.get(key="motion-tier_upsell")
    assert only.found.about == {"motion": "tier_upsell"}
    facts = only.found.facts
    assert (facts["won"], facts["lost"], facts["band_low"]) == (2, 96, 0.15)
    assert facts["high"] == pytest.approx(0.0714, abs=5e-5)
    assert "of 98 decided offers 2.0 % were won, at best 7.1 %" in only.found.sentence


@pytest.mark.parametrize(
    ("won", "lost", "opened_on"),
    [
        (0, 29, LAST_YEAR),  # too few
        (4, 36, LAST_YEAR),  # 10 %, which may as well be 15
        (2, 96, date(2025, 5, 1)),  # long ago
    ],
)
def test_a_motion_that_was_hardly_tried_or_may_be_in_its_band_is_not_named(won, lost, opened_on):
    tried(won, lost, opened_on=opened_on)

    assert found(CODE) == []


def test_the_last_twelve_months_end_with_the_day():
    tried(0, 40, opened_on=ON)

    assert len(found(CODE)) == 1
    assert found(CODE, on=date(2026, 5, 31)) == []


def test_who_does_not_see_every_offer_is_not_told():
    assert findings[CODE].may_ask(Asked(of_role("viewer"), ON))
    assert not findings[CODE].may_ask(Asked(of_role("sales"), ON))
