"""Each definition by itself, on sums that were added up by hand or published."""

from decimal import Decimal

import numpy as np
import pytest

from metrics.definitions.attach_rate import attach_rate
from metrics.definitions.multi_product_revenue_mix import multi_product_revenue_mix
from metrics.definitions.products_per_customer import products_per_customer
from metrics.holdings import Holdings
from metrics.registry import Question, Scope
from metrics.statistics import wilson

THRESHOLDS = {
    "attach-strong": Decimal("0.40"),
    "attach-weak": Decimal("0.05"),
    "minimum-support": Decimal(30),
}


class Catalog:
    """Products by their codes, and sets by what they have."""

    def __init__(self, products, sets) -> None:
        self.products, self.sets = dict(enumerate(products)), sets

    def set_members(self, keys):
        cells = [
            int(code in self.sets[key]) for key in keys.tolist() for code in self.products.values()
        ]
        return np.array(cells, dtype=np.int64).reshape(-1, len(self.products))

    def thresholds(self, on):
        return THRESHOLDS


def question(products=(), sets=(), **scope) -> Question:
    return Question(Scope(on=None, **scope), Catalog(products, sets))


def holdings(keys, accounts, mrr=None, squared=None, each=()) -> Holdings:
    money = [0] * len(keys) if mrr is None else mrr
    columns = (np.array(values, dtype=np.int64) for values in (keys, accounts, money))
    one_by_one = np.array(each, dtype=float).reshape(-1, 2)
    squares = np.array(squared or money, dtype=float)
    return Holdings(*columns, squares, ("USD",), lambda: one_by_one)


def pairs(customers: dict[str, int], **scope) -> dict[tuple[str, str], dict]:
    """Attach rates of so many customers who hold these products: "AB" holds A and B."""
    products = sorted(set("".join(customers)))
    asked = question(products, list(customers), **scope)
    held = holdings(range(len(customers)), list(customers.values()))
    return {(row["from"], row["to"]): row for row in attach_rate(held, asked).rows}


def by_size(*products_of_each: int) -> Holdings:
    keys, counts = np.unique(products_of_each, return_counts=True)
    return holdings(keys, counts)


@pytest.mark.parametrize(
    ("held", "mean", "median"),
    [
        ((1, 1, 2, 3, 5), 2.4, 2),
        ((1, 1, 2, 2), 1.5, 1.5),
        ((1, 3), 2, 2),
        ((1, 1, 1, 4), 1.75, 1),
        ((7,), 7, 7),
        ((1, 2, 3, 4), 2.5, 2.5),
    ],
)
def test_mean_and_median_of_products(held, mean, median):
    answer = products_per_customer(by_size(*held), question())

    assert answer.value == pytest.approx(mean)
    assert answer.members["median"] == median
    assert sum(row["customers"] for row in answer.members["distribution"]) == len(held)


def test_the_interval_of_the_mean_is_of_its_standard_error():
    interval = products_per_customer(by_size(1, 1, 2, 3, 5), question()).interval

    error = (sum((x - 2.4) ** 2 for x in (1, 1, 2, 3, 5)) / 4 / 5) ** 0.5
    assert interval.high - 2.4 == pytest.approx(1.959964 * error, rel=1e-6)
    assert products_per_customer(by_size(3), question()).interval is None


def test_shares_of_customers_with_two_three_and_four_products():
    shares = products_per_customer(by_size(1, 1, 2, 3, 5), question()).members["at_least"]

    assert [(share["products"], share["value"]) for share in shares] == [
        (2, 0.6),
        (3, 0.4),
        (4, 0.2),
    ]


def test_forty_per_cent_is_strong():
    row = pairs({"AB": 20, "A": 30, "B": 5, "": 45})[("A", "B")]

    assert (row["holders"], row["both"], row["rate"], row["affinity"]) == (50, 20, 0.4, "strong")
    assert row["class_is_firm"] is False


def test_five_per_cent_is_weak():
    row = pairs({"AB": 5, "A": 95, "B": 20})[("A", "B")]

    assert (row["rate"], row["affinity"], row["class_is_firm"]) == (0.05, "weak", False)


@pytest.mark.parametrize(
    ("both", "holders", "affinity"),
    [
        (2, 5, "strong"),
        (1, 20, "weak"),
        (1, 3, "moderate"),
        (39, 98, "moderate"),
        (40, 100, "strong"),
        (4_000_000, 10_000_000, "strong"),
        (3_999_999, 10_000_000, "moderate"),
        (51, 1000, "moderate"),
        (50, 1000, "weak"),
        (0, 1, "weak"),
    ],
)
def test_classes_are_exact_at_the_edge(both, holders, affinity):
    rows = pairs({"AB": both, "A": holders - both, "B": 1}, min_support=1)

    assert rows[("A", "B")]["affinity"] == affinity


def test_below_the_support_there_is_no_class():
    rows = pairs({"AB": 29, "B": 1})

    assert (rows[("A", "B")]["affinity"], rows[("B", "A")]["affinity"]) == (
        "insufficient",
        "strong",
    )
    assert rows[("A", "B")]["class_is_firm"] is False


@pytest.mark.parametrize(
    ("both", "holders", "affinity", "firm"),
    [
        (90, 100, "strong", True),
        (41, 100, "strong", False),
        (20, 100, "moderate", True),
        (38, 100, "moderate", False),
        (0, 1000, "weak", True),
        (5, 100, "weak", False),
    ],
)
def test_a_class_is_firm_when_the_whole_interval_lies_on_its_side(both, holders, affinity, firm):
    row = pairs({"AB": both, "A": holders - both, "B": 3})[("A", "B")]

    assert (row["affinity"], row["class_is_firm"]) == (affinity, firm)


def test_the_example_of_mlxtend():
    rows = pairs({"38": 3, "3": 1, "": 1}, min_support=1)
    row = rows[("8", "3")]

    assert (row["rate"], row["base_rate"], row["jaccard"]) == (1, 0.8, 0.75)
    assert row["lift"] == pytest.approx(1.25)
    assert row["leverage"] == pytest.approx(0.12)


def test_a_product_that_everybody_has_tells_nothing():
    row = pairs({"35": 4, "5": 1}, min_support=1)[("3", "5")]
    back = pairs({"35": 4, "5": 1}, min_support=1)[("5", "3")]

    assert (row["lift"], row["leverage"], row["phi"]) == (1, 0, None)
    assert (back["rate"], back["jaccard"], back["phi"]) == (0.8, 0.8, None)


def test_the_groceries_of_arules():
    milk_and_vegetables = {"MV": 736, "M": 2513 - 736, "V": 1903 - 736}
    baskets = {**milk_and_vegetables, "": 9835 - sum(milk_and_vegetables.values())}
    row = pairs(baskets)[("M", "V")]

    assert row["rate"] == pytest.approx(0.292877, abs=5e-7)
    assert row["lift"] == pytest.approx(1.513634, abs=5e-7)
    assert row["phi"] == pytest.approx(0.147388, abs=5e-7)


def test_milk_to_soda_looks_moderate_and_is_repulsion():
    milk_and_soda = {"MS": 394, "M": 2513 - 394, "S": 1715 - 394}
    baskets = {**milk_and_soda, "": 9835 - sum(milk_and_soda.values())}
    row = pairs(baskets)[("M", "S")]

    assert (row["affinity"], round(row["rate"], 3)) == ("moderate", 0.157)
    assert row["lift"] == pytest.approx(0.899112, abs=5e-7)
    assert row["phi"] == pytest.approx(-0.027163, abs=5e-7)


def test_what_is_symmetric_and_what_is_not():
    rows = pairs({"AB": 12, "A": 30, "B": 7, "C": 50, "ABC": 3})

    for (first, second), row in rows.items():
        back = rows[(second, first)]
        for name in ("both", "lift", "leverage", "jaccard", "phi"):
            assert row[name] == pytest.approx(back[name])
        assert row["rate"] * row["holders"] == pytest.approx(row["both"])
    assert rows[("A", "B")]["rate"] != rows[("B", "A")]["rate"]


def test_the_headline_attach_rate_weighs_pairs_by_their_holders():
    held = holdings([0, 1], [10, 30])
    answer = attach_rate(held, question("AB", ["AB", "B"]))

    assert (answer.numerator, answer.denominator, answer.value) == (20, 50, 0.4)


def test_a_pair_takes_two_products():
    answer = attach_rate(holdings([0], [10]), question("AB", ["A"]))

    assert (answer.value, answer.rows, answer.n) == (None, [], 10)
    assert [warning.code for warning in answer.warnings] == ["ZERO_DENOMINATOR"]


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"), [(10, 100, 0.0552, 0.1744), (0, 20, 0, 0.1611)]
)
def test_wilson_intervals(hits, trials, low, high):
    interval = wilson(hits, trials, 0.95)

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_there_is_no_interval_of_nothing():
    assert wilson(0, 0, 0.95) is None


def test_a_wider_level_gives_a_wider_interval():
    narrow, wide = wilson(10, 100, 0.8), wilson(10, 100, 0.99)

    assert wide.low < narrow.low < 0.1 < narrow.high < wide.high


def test_the_interval_of_the_mix_is_of_accounts_not_of_money():
    """By the residuals of each account: SE = sd(y - R x) / (sqrt(n) mean x)."""
    one, two = [100] * 40 + [900] * 5, [300] * 15 + [2000]
    held = holdings(
        [1, 2],
        [len(one), len(two)],
        [sum(one), sum(two)],
        [sum(x * x for x in one), sum(x * x for x in two)],
    )
    answer = multi_product_revenue_mix(held, question())

    share, n = sum(two) / sum(one + two), len(one + two)
    squares = sum((share * x) ** 2 for x in one) + sum(((1 - share) * x) ** 2 for x in two)
    error = (squares / (n - 1)) ** 0.5 / (n**0.5 * sum(one + two) / n)
    assert answer.interval.method == "delta"
    assert answer.interval.high - share == pytest.approx(1.959964 * error, rel=1e-6)


def test_few_customers_make_the_interval_of_the_mix_unstable():
    each = [(100, 1), (200, 1), (100, 2)]
    held = holdings([1, 2], [2, 1], [300, 100], [50_000, 10_000], each)
    answer = multi_product_revenue_mix(held, question())

    assert [warning.code for warning in answer.warnings] == ["UNSTABLE_INTERVAL"]
    assert answer.interval.method == "bootstrap"
    assert 0 <= answer.interval.low <= 0.25 <= answer.interval.high <= 1
    assert multi_product_revenue_mix(held, question()).interval == answer.interval


def test_nobody_pays_is_null_with_a_reason():
    for compute in (products_per_customer, multi_product_revenue_mix, attach_rate):
        answer = compute(holdings([], []), question("AB", []))
        assert (answer.value, answer.interval, answer.n) == (None, None, 0)
        assert [warning.code for warning in answer.warnings] == ["ZERO_DENOMINATOR"]
