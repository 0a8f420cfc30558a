"""The past of a price is corrected only while nobody has bought at it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.accounts.priced import DAY, a_charge, costs, sell

pytestmark = pytest.mark.django_db


def test_a_price_that_somebody_bought_at_is_not_ended_before_that():
    charge = a_charge(29)
    (line,) = sell(charge)
    with pytest.raises(IntegrityError, match="Somebody bought at the price"), transaction.atomic():
        costs(charge, 39, on=DAY - timedelta(days=5))

    line.price.refresh_from_db()
    assert line.price.ends_on is None


def test_it_is_ended_afterwards():
    charge = a_charge(29)
    sell(charge)
    costs(charge, 39, on=DAY + timedelta(days=5))


def test_what_nobody_bought_at_is_corrected():
    charge = a_charge(29)
    costs(charge, 39, on=DAY - timedelta(days=5))

    assert sell(charge)[0].amount == 39
