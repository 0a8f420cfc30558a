"""Tests of significance against figures that others have published."""

from math import erfc, inf, sqrt

import numpy as np
import pytest
from scipy.stats import binomtest

from metrics.statistics import (
    Look,
    always_valid_p,
    likelihood_ratio,
    pooled_p,
    sample_ratio_p,
    sign_test,
)

TAU = 0.05
LOOKS = [
    Look((22, 200), (34, 200)),
    Look((57, 500), (87, 500)),
    Look((111, 1_000), (169, 1_000)),
    Look((150, 1_400), (239, 1_400)),
]


def test_the_looks_of_msprt():
    ratios = [likelihood_ratio(look, TAU) for look in LOOKS]

    assert ratios == pytest.approx([1.5757, 8.7641, 181.4356, 17_838.96], rel=1e-4)


def test_the_always_valid_p_never_rises():
    seen = [always_valid_p(LOOKS[:count], TAU) for count in range(1, 5)]

    assert seen == pytest.approx([1 / 1.5757, 1 / 8.7641, 1 / 181.4356, 1 / 17_838.96], rel=1e-4)
    # a look at which the difference is gone takes nothing back
    assert always_valid_p([*LOOKS, Look((300, 3_000), (300, 3_000))], TAU) == seen[-1]
    # it is dearer than the test of a horizon that was chosen before
    fixed = [pooled_p(look.first, look.second) for look in LOOKS]
    assert fixed == pytest.approx([0.0838, 0.00689, 0.000186, 1.2e-6], rel=0.05)
    assert all(always > once for always, once in zip(seen, fixed, strict=True))


@pytest.mark.parametrize(
    "look", [Look((0, 0), (3, 10)), Look((0, 10), (0, 10)), Look((10, 10), (0, 10))]
)
def test_a_look_at_nothing_says_nothing(look):
    assert likelihood_ratio(look, TAU) is None
    assert always_valid_p([look], TAU) == 1
    assert always_valid_p([], TAU) == 1


def test_what_is_certain_does_not_overflow():
    look = Look((1, 10**9), (10**9 - 1, 10**9))

    assert likelihood_ratio(look, TAU) == inf
    assert always_valid_p([look], TAU) == 0


def test_looking_every_day_at_nothing_seldom_alarms():
    """Of 300 experiments without any difference, looked at twenty times each: the always-valid
    p falls below 5 % in at most 5 %, the p of a fixed horizon far more often."""
    rng = np.random.default_rng(11)
    always = fixed = 0
    for _ in range(300):
        one, two = rng.random((2, 20, 100)) < 0.2
        hits = [arm.sum(axis=1).cumsum().tolist() for arm in (one, two)]
        days = enumerate(zip(*hits, strict=True), start=1)
        looks = [Look((a, 100 * day), (b, 100 * day)) for day, (a, b) in days]
        always += always_valid_p(looks, TAU) < 0.05
        fixed += any(_pooled(look) < 0.05 for look in looks)
    assert always <= 15
    assert fixed > 45


def _pooled(look: Look) -> float:
    (k1, n1), (k2, n2) = look.first, look.second
    rate = (k1 + k2) / (n1 + n2)
    z = (k1 / n1 - k2 / n2) / sqrt(rate * (1 - rate) * (1 / n1 + 1 / n2))
    return erfc(abs(z) / sqrt(2))


def test_two_proportions_by_hand():
    """10 of 100 against 60 of 300: z is 2.279212."""
    assert pooled_p((10, 100), (60, 300)) == pytest.approx(erfc(2.279212 / sqrt(2)), rel=1e-5)


def test_the_ratio_of_samples():
    assert sample_ratio_p([500, 500], [1, 1]) == 1
    p = sample_ratio_p([821_588, 815_482], [50, 50])
    assert p == pytest.approx(erfc(sqrt(6_106**2 / 1_637_070 / 2)), rel=1e-6)
    assert p < 0.01
    assert sample_ratio_p([100, 200], [1, 2]) == 1
    assert sample_ratio_p([0, 0], [1, 1]) is None
    assert sample_ratio_p([10], [1]) is None


@pytest.mark.parametrize(("hits", "trials"), [(0, 1), (3, 10), (7, 10), (5, 10), (120, 300)])
def test_the_sign_test_is_that_of_a_fair_coin(hits, trials):
    found = sign_test(np.array([hits]), np.array([trials]))[0]

    assert found == pytest.approx(binomtest(hits, trials).pvalue)
