"""A price book goes out as a sheet and comes back as a draft release."""

from datetime import date, timedelta

import pytest

from config.sheets.writing import as_csv, as_workbook
from pricing.exporting import HEADER, rows
from pricing.importing.sheet import SheetRefused, draft_from_sheet, preview_sheet
from pricing.models import Price, PriceRelease
from tests.factories import ChargeFactory, UserFactory
from tests.factories.prices import PriceBookFactory, bands, flat, published

pytestmark = pytest.mark.django_db

JAN, MAY = date(2026, 1, 1), date(2026, 5, 1)
WRITERS = {"csv": as_csv, "xlsx": lambda header, found: as_workbook("prices", header, found)}


@pytest.fixture
def book():
    """A book with a price of every kind."""
    book = PriceBookFactory()
    published(
        book,
        flat(ChargeFactory(), 29),
        flat(ChargeFactory(), None, model="per_unit", unit_amount="9.123456", included_units=5),
        flat(ChargeFactory(), None, model="package", unit_amount=100, package_size=1000),
        flat(ChargeFactory(), 50, model="credit", credits=500, is_minimum=True),
        (flat(ChargeFactory(), None, model="graduated"), bands((0, 10, 10), (10, None, 8, 3))),
        (flat(ChargeFactory(), None, model="volume"), bands((0, 10, 10), (10, None, 8))),
        on=JAN,
    )
    return book


def release_of(book, on=MAY) -> PriceRelease:
    return PriceRelease(book=book, title="Sheet", effective_on=on, author=UserFactory())


def sheet(book, change=None, kind="csv", on=MAY) -> bytes:
    """The exported sheet, each row as a dictionary changed by a function."""
    found = [dict(zip(HEADER, row, strict=True)) for row in rows(book, on=on)]
    if change:
        found = change(found) or found
    return WRITERS[kind](HEADER, [[row.get(name) for name in HEADER] for row in found])


def told(refused) -> list[tuple]:
    return [(p.row, p.column, p.value, p.reason) for p in refused.value.problems]


@pytest.mark.parametrize("kind", WRITERS)
def test_what_goes_out_comes_back_as_it_was(book, kind):
    found = preview_sheet(release=release_of(book), data=sheet(book, kind=kind))

    assert found.counts == {"lines": 0, "new": 0, "changed": 0, "ended": 0, "same": 6}


def set_first(**facts):
    def change(found):
        found[0].update(facts)

    return change


def test_only_what_says_something_new_is_drafted(book):
    release = release_of(book)
    draft_from_sheet(release=release, data=sheet(book, set_first(flat_amount=39)))

    (line,) = release.lines.all()
    assert (line.flat_amount, line.starts_on, release.state) == (39, MAY, "draft")


def test_the_preview_tells_money_and_percent_and_leaves_nothing(book):
    found = preview_sheet(release=release_of(book), data=sheet(book, set_first(flat_amount=39)))

    (change,) = found.changes
    assert (change.old, change.new, change.difference) == (29, 39, 10)
    assert round(change.share, 6) == round(10 / 29, 6) or str(change.share)[:6] == "0.3448"
    assert found.counts == {"lines": 1, "new": 0, "changed": 1, "ended": 0, "same": 5}
    assert PriceRelease.objects.filter(book=book).count() == 1


@pytest.mark.parametrize("kind", WRITERS)
def test_bands_are_changed_added_and_taken_away(book, kind):
    def change(found):
        banded = [row for row in found if row["model"] == "volume"]
        banded[-1].update(unit_amount="7.5", up_to=100)
        found.append({**banded[-1], "above": 100, "up_to": None, "unit_amount": 6})

    release = release_of(book)
    draft_from_sheet(release=release, data=sheet(book, change, kind))

    (line,) = release.lines.all()
    stored = line.tiers.values_list("from_quantity", "to_quantity", "unit_amount")
    assert [*stored] == [(0, 10, 10), (10, 100, 7.5), (100, None, 6)]


def test_a_price_is_ended_and_another_begun(book):
    charge = ChargeFactory()
    ends = {"ends": True, "model": None, "flat_amount": None, "is_minimum": None}

    def change(found):
        found[0].update(ends)
        new = {"plan": charge.plan.code, "charge": charge.code, "currency": "EUR"}
        found.append({**new, "interval": "year", "model": "flat", "flat_amount": 290})

    found = preview_sheet(release=release_of(book), data=sheet(book, change))

    assert (found.counts["ended"], found.counts["new"]) == (1, 1)


def test_prices_that_no_row_names_stay(book):
    release = release_of(book)
    draft_from_sheet(release=release, data=sheet(book, lambda f: [{**f[0], "flat_amount": 1}]))

    assert release.lines.count() == 1


FAULTS = {
    "no plan": ({"plan": "nil"}, "plan", "nil", "no such plan"),
    "no charge": ({"charge": "nil"}, "charge", "nil", "no such charge"),
    "no currency": ({"currency": "ZZZ"}, "currency", "ZZZ", "ISO 4217"),
    "no interval": ({"interval": "week"}, "interval", "week", "month or quarter"),
    "no model": ({"model": "free"}, "model", "free", "flat or graduated"),
    "text for money": ({"flat_amount": "ten"}, "flat_amount", "ten", "written as 19.99"),
    "formula": ({"flat_amount": "=1+1"}, "flat_amount", "=1+1", "written as 19.99"),
    "comma": ({"flat_amount": "1,5"}, "flat_amount", "1,5", "written as 19.99"),
    "exponent": ({"flat_amount": "1e3"}, "flat_amount", "1e3", "written as 19.99"),
    "infinity": ({"flat_amount": "NaN"}, "flat_amount", "NaN", "written as 19.99"),
    "negative": ({"flat_amount": "-1"}, "flat_amount", "-1", "not negative"),
    "too fine": ({"flat_amount": "0.1234567"}, "flat_amount", "0.1234567", "six decimals"),
    "too large": ({"flat_amount": "1" * 13}, "flat_amount", "1" * 13, "twelve digits"),
    "missing": ({"flat_amount": ""}, "flat_amount", "", "Flat prices need it"),
    "not of the model": ({"package_size": "5"}, "package_size", "5", "Flat prices have none"),
    "a bound": ({"above": "5"}, "above", "5", "Only prices with bands"),
    "end with money": ({"ends": "true"}, "flat_amount", "29", "end of a price has none"),
    "neither": ({"model": "", "flat_amount": ""}, "model", "", "Choose how it is priced"),
    "yes": ({"is_minimum": "maybe"}, "is_minimum", "maybe", "true or false"),
    "version": ({"version": "7"}, "version", "7", "copied from an export"),
    "cadence": ({"interval": "one_time"}, "interval", "one_time", "again and again"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_row_column_value_and_reason(book, fault):
    facts, column, value, reason = FAULTS[fault]
    with pytest.raises(SheetRefused) as refused:
        draft_from_sheet(release=release_of(book), data=sheet(book, set_first(**facts)))

    assert any(
        (row, name, cell) == (2, column, value) and reason in sentence
        for row, name, cell, sentence in told(refused)
    ), told(refused)
    assert PriceRelease.objects.filter(book=book).count() == 1


def banded(number: int, **facts):
    def change(found):
        [row for row in found if row["model"] == "graduated"][number].update(facts)

    return change


MISFITS = {
    "gap": (banded(1, above=11), "must begin where row"),
    "overlap": (banded(1, above=9), "overlaps with row"),
    "no beginning": (banded(0, above=1), "first band must begin at 0"),
    "no end": (banded(1, up_to=50), "without end"),
    "backwards": (banded(0, up_to=0), "ends above where it begins"),
    "no bound": (banded(0, above=None), "A band needs it"),
    "nothing to pay": (banded(0, unit_amount=None, flat_amount=None), "a unit amount, a flat"),
    "two models": (banded(1, model="volume"), "names the same price"),
    "two minds": (banded(1, is_minimum=True), "says otherwise"),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_bands_that_do_not_fit_are_named(book, misfit):
    change, reason = MISFITS[misfit]
    with pytest.raises(SheetRefused) as refused:
        preview_sheet(release=release_of(book), data=sheet(book, change))

    assert any(reason in sentence for *_, sentence in told(refused)), told(refused)


def test_the_same_price_twice_is_named(book):
    with pytest.raises(SheetRefused) as refused:
        preview_sheet(release=release_of(book), data=sheet(book, lambda f: [f[0], f[0]]))

    assert told(refused)[0][0::3] == (3, "Row 2 names the same price.")


def test_what_somebody_changed_after_the_export_is_a_conflict(book):
    data = sheet(book, set_first(flat_amount=39))
    charge = Price.objects.get(flat_amount=29).charge
    published(book, flat(charge, 31), on=date(2026, 3, 1))
    with pytest.raises(SheetRefused) as refused:
        draft_from_sheet(release=release_of(book), data=data)

    assert [(row, column) for row, column, *_ in told(refused)] == [(2, "version")]
    assert "changed after the export" in told(refused)[0][3]


def test_an_export_without_its_version_overwrites_nothing(book):
    data = sheet(book, set_first(flat_amount=39, version=None))
    with pytest.raises(SheetRefused) as refused:
        draft_from_sheet(release=release_of(book), data=data)

    assert "keep its version" in told(refused)[0][3]


def test_a_day_that_another_release_has_taken_is_a_conflict(book):
    charge = Price.objects.get(flat_amount=29).charge
    published(book, flat(charge, 31), on=MAY)
    data = sheet(book, set_first(flat_amount=39), on=MAY - timedelta(days=1))
    with pytest.raises(SheetRefused) as refused:
        draft_from_sheet(release=release_of(book), data=data)

    assert [column for _, column, *_ in told(refused)] == ["effective_on"]


def test_a_formula_of_a_spreadsheet_counts_with_what_it_shows(book):
    """A float such as 29 * 1.03 has a digit too many, which no spreadsheet shows."""
    release = release_of(book)
    data = sheet(book, set_first(flat_amount=0.1 + 0.2), "xlsx")
    draft_from_sheet(release=release, data=data)

    assert str(release.lines.get().flat_amount) == "0.300000"
