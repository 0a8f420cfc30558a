"""S121: who upgrades and who uses what, by the month they came in and the months since."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from accounts.changes import Wish, change
from accounts.profiles import classify
from metrics.folding import fold
from tests.accounts.priced import a_charge, costs, sell
from tests.factories import (
    AccountFactory,
    FeatureFactory,
    SegmentFactory,
    SubscriptionFactory,
    UsageDayFactory,
    owned_by,
)
from tests.factories.figures import figure
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db


def cells(answer: dict) -> dict[tuple[str, int], tuple[int, int, int]]:
    return {
        (row["cohort"], row["months"]): (row["customers"], row["doing"], row.get("by_then"))
        for row in answer["rows"]
    }


def customer(charge, on: date, segment=None):
    account = AccountFactory()
    classify(account=account, segment=segment, region=None, starts_on=on)
    (line,) = sell(charge, subscription=SubscriptionFactory(account=account), on=on)
    return account, line


def use(feature, account, *days: date) -> None:
    for day in days:
        UsageDayFactory(account=account, feature=feature, kind="use", day=day, value=1)


def test_s121_feature_use_by_cohort_and_month(api):
    """Of two who came in January one uses it in the first and the third month, of one who came on
    the 31st the first month ends with February."""
    charge = a_charge(30)
    feature = FeatureFactory(product=charge.plan.product)
    early, _ = customer(charge, date(2024, 1, 10))
    late, _ = customer(charge, date(2024, 1, 31))
    young, _ = customer(charge, date(2024, 3, 5))
    use(feature, early, date(2024, 1, 9), date(2024, 1, 10), date(2024, 2, 9), date(2024, 3, 20))
    use(feature, late, date(2024, 2, 28), date(2024, 2, 29))
    use(feature, young, date(2024, 4, 4))

    answer = figure(api, "cohort-feature-use", on="2024-04-11")

    assert cells(answer) == {
        ("2024-01", 0): (2, 2, None),
        ("2024-01", 1): (2, 1, None),
        ("2024-01", 2): (1, 1, None),
        ("2024-03", 0): (1, 1, None),
    }
    assert [row["complete"] for row in answer["rows"]] == [True, True, False, True]
    assert (answer["value"], answer["warnings"][0]["code"]) == (None, "ZERO_DENOMINATOR")
    assert [point["rate"] for point in answer["curve"]] == [1, 0.5, 1]


def test_s121_upgrades_by_cohort_and_month(api):
    """More seats in the first month and again in the second: one customer, once by then."""
    charge = a_charge()
    costs(charge, None, model="per_unit", unit_amount=Decimal(10))
    _, line = customer(charge, date(2023, 1, 10))
    customer(charge, date(2023, 1, 10))
    for number, on in enumerate((date(2023, 2, 1), date(2023, 3, 1)), start=2):
        (line,) = change(line=line, wish=Wish(quantity=Decimal(number)), on=on)

    answer = figure(api, "cohort-upgrades", on="2024-02-01")

    told = cells(answer)
    assert [told["2023-01", months] for months in range(12)] == [(2, 1, 1)] * 2 + [(2, 0, 1)] * 10
    assert ("2023-01", 12) not in told
    assert (answer["value"], answer["numerator"], answer["denominator"]) == (0.5, 1, 2)
    assert figure(api, "cohort-upgrades", on="2024-02-01", motion="tier_upsell")["value"] == 0


def test_what_was_before_use_was_told_of_is_unknown(api):
    charge = a_charge(30)
    feature = FeatureFactory(product=charge.plan.product)
    account, _ = customer(charge, date(2024, 1, 10))
    customer(charge, date(2024, 3, 1))
    use(feature, account, date(2024, 2, 20))

    answer = figure(api, "cohort-feature-use", on="2024-05-01")

    assert answer["told_since"] == "2024-02-20"
    assert cells(answer) == {
        ("2024-01", 2): (1, 0, None),
        ("2024-03", 0): (1, 0, None),
        ("2024-03", 1): (1, 0, None),
    }
    other = a_charge(20).plan.product.code
    assert cells(figure(api, "cohort-feature-use", on="2024-05-01", product=other)) == {}


def test_use_is_of_a_feature_and_of_the_customers_one_sees(api):
    charge = a_charge(30)
    one, other = FeatureFactory.create_batch(2, product=charge.plan.product)
    seller = of_role("sales")
    mine, _ = customer(charge, date(2024, 1, 10))
    owned_by(seller, account=mine)
    theirs, _ = customer(charge, date(2024, 1, 10))
    for feature in (one, other):
        use(feature, AccountFactory(), date(2024, 1, 1))
    use(one, mine, date(2024, 1, 12))
    use(other, theirs, date(2024, 1, 12))
    asked = {"on": "2024-03-01"}

    assert cells(figure(api, "cohort-feature-use", **asked))["2024-01", 0] == (2, 2, None)
    assert cells(figure(api, "cohort-feature-use", feature=one.code, **asked))["2024-01", 0] == (
        2,
        1,
        None,
    )
    sees = figure(program_of(seller), "cohort-feature-use", feature=other.code, **asked)
    assert cells(sees)["2024-01", 0] == (1, 0, None)
    use(one, theirs, date(2024, 1, 13))  # usage changes no state of the data
    assert cells(figure(api, "cohort-feature-use", feature=one.code, **asked))["2024-01", 0] == (
        2,
        2,
        None,
    )
    assert api.get("/api/v1/metrics/cohort-feature-use/", {"feature": "no"}).status_code == 400


@pytest.mark.parametrize("folded", [False, True])
def test_cohorts_are_what_walking_through_the_days_finds(api, folded):
    """An oracle that knows first days and days of use only, in two segments."""
    dice = Random(11)  # noqa: S311
    charge = a_charge(30)
    feature, segments = FeatureFactory(product=charge.plan.product), SegmentFactory.create_batch(2)
    on, expected, whole = date(2024, 9, 15), Counter(), Counter()
    use(feature, AccountFactory(), date(2023, 12, 1))
    for number in range(24):
        begun = date(2023, 12, 1) + timedelta(days=dice.randrange(280))
        account, _ = customer(charge, begun, segments[number % 2])
        days = {begun + timedelta(days=dice.randrange(300)) for _ in range(dice.randrange(6))}
        use(feature, account, *(day for day in days if day <= on))
        months = [month_of(begun, day) for day in sorted(days) if day <= on]
        cohort = f"{begun:%Y-%m}"
        for month in range(month_of(begun, on)):
            key = cohort, month
            whole[key] += 1
            expected[key, "doing"] += month in months
    if folded:
        fold()

    answer = figure(api, "cohort-feature-use", on=on, group_by="segment")

    assert cells(answer) == {key: (whole[key], expected[key, "doing"], None) for key in whole}
    parts: Counter = Counter()
    for group in answer["groups"]:
        for key, figures in cells(group).items():
            parts.update({(key, name): each for name, each in enumerate(figures[:2])})
    assert {key: (parts[key, 0], parts[key, 1], None) for key in whole} == cells(answer)


def month_of(begun: date, day: date) -> int:
    """The month after the first day that the day lies in, counted day by day."""
    month = 0
    while anniversary(begun, month + 1) <= day:
        month += 1
    return month


def anniversary(begun: date, months: int) -> date:
    year, month = divmod(begun.year * 12 + begun.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=begun.day - 1), following - DAY)


DAY = timedelta(days=1)
