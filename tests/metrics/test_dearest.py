"""Who pays most is the same, however few entries are looked at."""

from datetime import date
from random import Random

import pytest
from django.core.cache import caches

from accounts.profiles import classify
from accounts.subscriptions import end_line
from metrics.folding import fold
from metrics.inputs import dearest
from metrics.models import Fold
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    SegmentFactory,
    SubscriptionFactory,
)
from tests.factories.figures import facts, figure

pytestmark = pytest.mark.django_db

ASKED = [
    {},
    {"group_by": "segment"},
    {"group_by": "currency"},
    {"currency": "USD"},
    {"currency": "USD", "product": "p1"},
    {"start": "2024-01-01", "end": "2024-12-31", "interval": "month", "currency": "EUR"},
]


@pytest.fixture
def book():
    """Forty customers with amounts that often are the same, some of which have left."""
    dice = Random(7)  # noqa: S311
    charges = [ChargeFactory(plan__product__code=f"p{n}") for n in range(3)]
    segments = SegmentFactory.create_batch(2)
    for number in range(40):
        account = AccountFactory(currency=["USD", "EUR"][number % 2])
        begun = date(2024, dice.randrange(1, 7), 1)
        classify(account=account, segment=segments[number % 2], region=None, starts_on=begun)
        subscription = SubscriptionFactory(account=account)
        for charge in dice.sample(charges, dice.randrange(1, 4)):
            amount = dice.choice([10, 20, 30])
            line = LineFactory(
                subscription=subscription, charge=charge, amount=amount, starts_on=begun
            )
            if dice.random() < 0.3:
                end_line(line=line, on=date(2024, dice.randrange(8, 12), 15))
    fold()


def answers(client) -> list[dict]:
    caches["metrics"].clear()
    found = [{"on": "2024-10-20", **asked} for asked in ASKED[:-1]] + ASKED[-1:]
    return [facts(figure(client, "multi-product-revenue-mix", **asked)) for asked in found]


@pytest.mark.parametrize("looked_at", [1, 3, 20])
def test_who_pays_most_is_found_among_few_entries_or_looked_for_among_all(
    api, book, monkeypatch, looked_at
):
    expected = answers(api)
    assert expected[3]["without_largest"]["largest"] > 0

    monkeypatch.setattr(dearest, "CANDIDATES", looked_at)
    Fold.objects.update(columns=None)

    assert answers(api) == expected
