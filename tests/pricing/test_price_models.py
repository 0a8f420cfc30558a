"""How quantities become amounts."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.amounts import (
    Band,
    BeyondBands,
    Terms,
    TooMuch,
    UnknownPriceModel,
    amount_of,
    price_models,
)
from pricing.bands import dips, misfits

D = Decimal
BANDS = (Band(D(0), D(10), D(10)), Band(D(10), D(50), D(8)), Band(D(50), None, D(6)))


def total(model: str, quantity: object, currency: str = "USD", **terms) -> Decimal:
    numbers = {name: D(str(n)) for name, n in terms.items() if name != "bands"}
    told = Terms(model, bands=terms.get("bands", ()), **numbers)
    return amount_of(told, D(str(quantity)), currency=currency).total


def test_there_are_six_ways_to_price():
    assert list(price_models) == ["credit", "flat", "graduated", "package", "per_unit", "volume"]


@pytest.mark.parametrize("quantity", [0, 1, 75])
def test_flat_is_flat_whatever_the_quantity(quantity):
    assert total("flat", quantity, flat=99) == 99


@pytest.mark.parametrize(
    ("quantity", "amount"), [(0, 29), (5, 29), (6, 38), (7, 47), ("5.5", "33.5")]
)
def test_per_unit_begins_beyond_the_included_units(quantity, amount):
    assert total("per_unit", quantity, flat=29, unit=9, included=5) == D(str(amount))


@pytest.mark.parametrize(
    ("quantity", "amount"), [(0, 0), (10, 100), (11, 108), (50, 420), (51, 426), (75, 570)]
)
def test_s52_graduated_prices_each_band_by_itself(quantity, amount):
    assert total("graduated", quantity, bands=BANDS) == amount


@pytest.mark.parametrize(
    ("quantity", "amount"), [(0, 0), (10, 100), (50, 400), (51, 306), (75, 450)]
)
def test_s53_volume_prices_all_units_by_the_last_band(quantity, amount):
    assert total("volume", quantity, bands=BANDS) == amount


@pytest.mark.parametrize(("model", "average"), [("graduated", "7.6"), ("volume", "6")])
def test_s45_a_seat_costs_less_the_more_seats_there_are(model, average):
    each = [total(model, seats, bands=BANDS) / seats for seats in range(1, 76)]

    assert (each[0], each[-1]) == (10, D(average))
    assert all(more <= fewer for fewer, more in pairwise(each))


def test_a_stair_step_has_a_flat_amount_only():
    steps = (Band(D(0), D(10), flat=D(50)), Band(D(10), None, flat=D(80)))

    assert [total("volume", q, bands=steps) for q in (1, 10, 11)] == [50, 50, 80]


def test_bands_can_have_a_flat_amount_besides():
    both = (Band(D(0), D(10), D(1), D(5)), Band(D(10), None, D(2), D(7)))

    assert total("graduated", 12, bands=both) == 5 + 10 + 7 + 4


@pytest.mark.parametrize(
    ("quantity", "amount"), [(0, 0), (1, 100), (1000, 100), (1001, 200), (2001, 300)]
)
def test_s54_a_begun_package_is_a_whole_one(quantity, amount):
    assert total("package", quantity, unit=100, size=1000) == amount


def test_packages_begin_beyond_the_included_units():
    terms = {"flat": 20, "unit": 100, "size": 1000, "included": 500}

    assert [total("package", q, **terms) for q in (0, 500, 501, 1501)] == [20, 20, 120, 220]


def test_credits_cost_their_flat_amount():
    assert total("credit", 3, flat=500, credits=10_000) == 500


def test_the_sum_is_rounded_once_and_half_up():
    assert total("per_unit", 3, unit="0.005") == D("0.02")
    assert total("per_unit", 1, unit="0.005") == D("0.01")
    assert total("per_unit", 3, unit="0.5", currency="JPY") == 2
    assert total("per_unit", 3, unit="0.0005", currency="KWD") == D("0.002")


def test_quantities_that_no_band_holds_are_refused():
    closed = (Band(D(0), D(10), D(1)),)

    for model in ("graduated", "volume"):
        with pytest.raises(BeyondBands):
            total(model, 11, bands=closed)


def test_nothing_is_approximated():
    with pytest.raises(UnknownPriceModel):
        total("barter", 1)
    with pytest.raises(TooMuch):
        total("per_unit", 10**11, unit=10**11)
    with pytest.raises(ValueError, match="negative"):
        total("flat", -1, flat=1)
    with pytest.raises(ValueError, match="negative"):
        total("flat", "NaN", flat=1)


def test_where_more_costs_less_is_found():
    (dip,) = dips(Terms("volume", bands=(*BANDS[1:],)), currency="USD")

    assert (dip.quantity, dip.amount, dip.more, dip.less) == (50, 400, 51, 306)
    assert str(dip) == "51 cost 306.00, less than 50: 400.00"


def test_bands_of_a_volume_price_dip_at_each_end_and_graduated_ones_nowhere():
    assert [d.quantity for d in dips(Terms("volume", bands=BANDS), currency="USD")] == [10, 50]
    assert dips(Terms("graduated", bands=BANDS), currency="USD") == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "no bands"),
        ([(1, None)], "must begin at 0"),
        ([(0, 10), (11, None)], "No band holds the quantities above 10 up to 11"),
        ([(0, 10)], "must be without end"),
        ([(0, 11), (10, None)], "overlap"),
    ],
)
def test_bands_that_do_not_fit_are_told(rows, sentence):
    found = list(misfits([Band(D(a), None if b is None else D(b)) for a, b in rows]))

    assert any(sentence in each for each in found)
    assert not list(misfits(BANDS))


amounts = st.decimals(0, 10_000, places=6)
quantities = st.decimals(0, 100_000, places=6)


@st.composite
def fitting_bands(draw):
    ends = sorted(draw(st.sets(st.integers(1, 1000), min_size=0, max_size=5)))
    edges = [D(0), *map(D, ends), None]
    return tuple(Band(low, high, draw(amounts), draw(amounts)) for low, high in pairwise(edges))


@given(fitting_bands(), quantities)
@settings(max_examples=200)
def test_fitting_bands_hold_every_quantity_once(bands, quantity):
    assert not list(misfits(bands))
    assert sum(band.holds(quantity) for band in bands) == (quantity > 0)
    assert sum(band.share(quantity) for band in bands) == quantity


@given(fitting_bands(), quantities, quantities)
@settings(max_examples=200)
def test_a_graduated_price_never_falls(bands, one, other):
    small, large = sorted([one, other])

    assert total("graduated", small, bands=bands) <= total("graduated", large, bands=bands)


@given(
    st.sampled_from(sorted(price_models)),
    fitting_bands(),
    amounts,
    amounts,
    amounts,
    st.decimals("0.01", 1000, places=2),
    quantities,
)
@settings(max_examples=300)
def test_parts_add_up_and_the_total_is_the_nearest_cent(
    model, bands, flat, unit, included, size, quantity
):
    terms = Terms(model, flat, unit, included, size, D(1), bands)
    amount = amount_of(terms, quantity, currency="USD")

    assert sum(part.amount for part in amount.parts) == amount.exact
    assert abs(amount.total - amount.exact) <= D("0.005")
    assert amount.total == amount.total.quantize(D("0.01"))


@given(st.integers(0, 10_000), st.integers(1, 500), st.integers(0, 100))
def test_packages_are_the_fewest_that_hold_the_quantity(quantity, size, included):
    packages = total("package", quantity, unit=1, size=size, included=included)
    needed = max(0, quantity - included)

    assert packages * size >= needed
    assert (packages - 1) * size < needed or packages == 0
