"""S15: the picture of a sequence goes from left to right."""

import re
from decimal import Decimal

import pytest

from portfolio.admin.layers import drawing
from portfolio.models import Product, Sequence


def product(number: int, name: str = "") -> Product:
    return Product(pk=number, code=f"p{number}", name=name or f"P{number}")


PRODUCTS = [product(number) for number in range(8)]


def steps(*pairs: tuple[int, int], kind="requires") -> list[Sequence]:
    return [
        Sequence(before=PRODUCTS[a], after=PRODUCTS[b], kind=kind, min_adoption=Decimal(1))
        for a, b in pairs
    ]


def columns(subject: int, *pairs: tuple[int, int]) -> list[set[int]]:
    """The products of each column, from left to right."""
    picture = drawing(PRODUCTS[subject], steps(*pairs))
    places = sorted({box.x for box in picture.boxes})
    return [{box.product.pk for box in picture.boxes if box.x == x} for x in places]


@pytest.mark.parametrize(
    ("subject", "pairs", "expected"),
    [
        (1, [(0, 1), (1, 2)], [{0}, {1}, {2}]),
        (0, [(0, 1), (0, 2)], [{0}, {1, 2}]),
        (3, [(0, 1), (1, 3), (0, 3)], [{0}, {1}, {3}]),  # by the longest way
        (0, [(0, 1), (1, 2), (0, 2), (2, 3)], [{0}, {1}, {2}, {3}]),
        (3, [(2, 3), (1, 2), (0, 1)], [{0}, {1}, {2}, {3}]),  # in whatever order they come
    ],
)
def test_what_comes_before_stands_further_left(subject, pairs, expected):
    assert columns(subject, *pairs) == expected


def test_every_arrow_points_to_the_right_and_ends_inside():
    picture = drawing(PRODUCTS[2], steps((0, 2), (1, 2), (2, 3), (2, 4), (4, 5), (2, 5)))

    for arrow in picture.arrows:
        numbers = [float(text) for text in re.findall(r"[\d.]+", arrow.path)]
        assert numbers[0] < numbers[-2] <= picture.width
        assert max(numbers[1], numbers[-1]) <= picture.height


def test_no_two_boxes_share_a_place():
    picture = drawing(PRODUCTS[0], steps((0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 5)))

    places = {(box.x, box.y) for box in picture.boxes}
    assert len(places) == len(picture.boxes) == 6
    assert all(box.x + picture.box_width <= picture.width for box in picture.boxes)
    assert all(box.y + picture.box_height <= picture.height for box in picture.boxes)


def test_required_and_recommended_are_told_apart():
    picture = drawing(PRODUCTS[1], [*steps((0, 1)), *steps((1, 2), kind="recommended")])

    assert [arrow.is_required for arrow in picture.arrows] == [True, False]


def test_a_long_name_is_cut():
    long = product(9, "The Enterprise Relationship Console")
    step = Sequence(before=long, after=PRODUCTS[0], kind="requires", min_adoption=1)

    (box,) = [box for box in drawing(PRODUCTS[0], [step]).boxes if box.product == long]

    assert box.text == "The Enterprise Relation…"
