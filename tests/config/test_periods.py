"""Terms tile the calendar, and remember the day they are counted from."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest

from config.periods import BeyondCalendars, add_months, boundary, boundary_from, next_boundary, term

INTERVALS = (1, 2, 3, 5, 6, 12, 18, 24, 36)
YEARS = (2023, 2024, 2096, 2099, 2400)  # before and in leap years, and about the one that is none


def anchors():
    for year in YEARS:
        for month in range(1, 13):
            for day in range(1, monthrange(year, month)[1] + 1):
                yield date(year, month, day)


def test_g03_terms_tile_for_every_anchor_day_interval_month_and_leap_year():
    pairs = 0
    for anchor in anchors():
        for months in INTERVALS:
            ends = [boundary(anchor=anchor, months=months, number=n) for n in range(-2, 6)]
            for start, end in pairwise(ends):
                pairs += 1
                assert start < end
                assert term(anchor=anchor, months=months, on=start) == (start, end)
                assert term(anchor=anchor, months=months, on=end - timedelta(days=1)) == (
                    start,
                    end,
                )
            assert all(
                end.day == min(anchor.day, monthrange(end.year, end.month)[1]) for end in ends
            )
    assert pairs >= 100_000


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 2, date(2024, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
    ],
)
def test_months_are_added_to_the_day_and_cut_to_the_month(day, months, expected):
    assert add_months(day, months) == expected


def test_a_month_end_is_restored_after_a_short_month():
    facts = {"anchor": date(2024, 1, 31), "months": 1}

    day, found = date(2024, 1, 31), []
    for _ in range(4):
        day = next_boundary(after=day, **facts)
        found.append(day)

    assert found == [date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31)]


def test_before_the_anchor_the_anchor_is_the_next_boundary():
    facts = {"anchor": date(2024, 5, 15), "months": 12}

    assert next_boundary(after=date(2020, 1, 1), **facts) == date(2024, 5, 15)
    assert boundary_from(day=date(2024, 5, 15), **facts) == date(2024, 5, 15)
    assert boundary_from(day=date(2024, 5, 16), **facts) == date(2025, 5, 15)


def test_months_beyond_all_calendars_are_refused():
    with pytest.raises(BeyondCalendars, match="beyond all calendars"):
        add_months(date(9999, 12, 1), 1)
