"""What a bundle saves, how that is judged, and from how many parts on it pays (S33, S34)."""

from decimal import Decimal

import pytest

from config.admin.formatting import percent
from pricing.bundles import Member, Source
from pricing.dominance import Priced, dominated
from pricing.ladders import Band, Guidance, Ladder, PartPrice
from pricing.models import Plan, PlanKind

GUIDANCE = Guidance.of({})


def ladder(price, *parts, guidance=GUIDANCE) -> Ladder:
    rows = [
        PartPrice(Plan(code=f"p{part}", pk=place), Decimal(1), Decimal(part))
        for place, part in enumerate(parts, start=1)
    ]
    return Ladder(Plan(code="bundle"), "USD", Decimal(price), tuple(rows), guidance)


@pytest.mark.parametrize(
    ("price", "shown", "band"),
    [
        (328, "-0.31 %", Band.DEARER),
        (327, "0.00 %", Band.NEGLIGIBLE),
        (311, "4.89 %", Band.NEGLIGIBLE),
        (299, "8.56 %", Band.TOO_SMALL),
        (298, "8.87 %", Band.TOO_SMALL),
        ("294.30", "10.00 %", Band.TOO_SMALL),
        ("294.29", "10.00 %", Band.BELOW_GUIDANCE),
        ("277.96", "15.00 %", Band.BELOW_GUIDANCE),
        ("277.95", "15.00 %", Band.IN_GUIDANCE),
        (249, "23.85 %", Band.IN_GUIDANCE),
        ("228.90", "30.00 %", Band.IN_GUIDANCE),
        ("228.89", "30.00 %", Band.DEEP),
        (220, "32.72 %", Band.DEEP),
    ],
)
def test_s33_the_band_is_that_of_the_unrounded_share(price, shown, band):
    found = ladder(price, 99, 79, 149)

    assert percent(found.discount, 2).replace("\xa0", " ") == shown
    assert found.band is band


def test_s32_the_share_is_23_85_and_without_decimals_24_percent():
    found = ladder(249, 99, 79, 149)

    assert str(found.discount * 100).startswith("23.8532")
    assert (percent(found.discount, 2), percent(found.discount)) == ("23.85\xa0%", "24\xa0%")


def test_s33_the_guided_range_for_327():
    assert ladder(249, 99, 79, 149).guided == (Decimal("228.90"), Decimal("277.95"))


def test_s33_the_bands_are_data():
    guidance = Guidance.of({"bundle-discount-guided-to": Decimal("0.2")})

    assert ladder(249, 99, 79, 149, guidance=guidance).band is Band.DEEP


def test_s34_the_bundle_pays_from_all_three_on_and_99_with_149_are_1_00_short():
    found = ladder("249.00", 99, 79, 149)

    assert [rung.total for rung in found.rungs] == [149, 248, 327]
    assert len(found.break_even.parts) == 3
    assert [part.total for part in found.nearest.parts] == [99, 149]
    assert found.gap == Decimal("1.00")


def test_s34_a_cheap_bundle_pays_from_its_dearest_part_on():
    found = ladder(149, 99, 79, 149)

    assert [part.total for part in found.break_even.parts] == [149]
    assert (found.nearest.total, found.gap) == (99, 50)


def test_a_bundle_that_is_dearer_than_all_never_pays():
    found = ladder(400, 99, 79, 149)

    assert (found.break_even, found.gap) == (None, 73)


def test_parts_that_cost_nothing_leave_no_share():
    found = ladder(1, 0, 0)

    assert (found.discount, found.band, found.guided) == (None, None, (0, 0))


def offer(code: str, total: int, **tiers: int) -> Priced:
    """What contains, of each product, the tier of a rank."""
    plans = {
        (name, rank): Plan(
            code=f"{name}{rank}",
            pk=hash((name, rank)),
            kind=PlanKind.TIER,
            rank=rank,
            product_id=hash(name),
        )
        for name, rank in tiers.items()
    }
    members = tuple(Member(plan, Source.NAMED) for plan in plans.values())
    return Priced(Plan(code=code, name=code), members, Decimal(total))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (offer("y", 249, a=1, b=1), ["x"]),
        (offer("y", 299, a=2, b=1), ["x"]),
        (offer("y", 300, a=1, b=1, c=1), []),
        (offer("y", 249, a=1), []),
        (offer("y", 299, a=1, b=1), ["x"]),
    ],
)
def test_s37_who_gives_at_least_as_much_for_no_more_dominates(other, expected):
    found = dominated([other, offer("x", 299, a=1, b=1)])

    assert [each.offer.plan.code for each in found] == expected


def test_s37_a_lower_tier_does_not_dominate_a_higher_one():
    assert dominated([offer("x", 299, a=2), offer("y", 10, a=1)]) == []
