"""S17: enterprise gets the platform first, small companies a few products and no platform."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.models import Posture, Targeting
from portfolio.targeting import PLATFORM, position
from tests.factories import ProductFactory, SegmentFactory, TargetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def products():
    return [ProductFactory(code=code) for code in ("crm", "desk", "voice")]


def test_s17_for_enterprise_the_platform_comes_first(products):
    enterprise = SegmentFactory()
    TargetingFactory(product=None, segment=enterprise, posture=Posture.LEAD)
    TargetingFactory(product=products[1], segment=enterprise, posture=Posture.RECOMMEND)

    offered = position(segment=enterprise).arrange([*products, PLATFORM])

    assert offered == [PLATFORM, products[1], products[0], products[2]]


def test_s17_small_companies_get_at_most_two_products_and_no_platform(products):
    small = SegmentFactory()
    TargetingFactory(product=None, segment=small, posture=Posture.EXCLUDE, max_products=2)
    TargetingFactory(product=products[2], segment=small, posture=Posture.LEAD)

    offered = position(segment=small).arrange([PLATFORM, *products])

    assert offered == [products[2], products[0]]


def test_what_is_excluded_is_not_counted(products):
    small = SegmentFactory()
    TargetingFactory(product=products[0], segment=small, posture=Posture.EXCLUDE, max_products=1)

    assert position(segment=small).arrange(products) == [products[1]]


def test_the_smallest_limit_holds_and_the_platform_is_no_product(products):
    some = SegmentFactory()
    TargetingFactory(product=products[0], segment=some, max_products=3)
    TargetingFactory(product=products[1], segment=some, max_products=1)

    offered = position(segment=some).arrange([PLATFORM, *products])

    assert offered == [products[0], PLATFORM]


def test_a_segment_that_nobody_positioned_takes_all_as_they_come(products):
    assert position(segment=SegmentFactory()).arrange([PLATFORM, *products]) == [
        PLATFORM,
        *products,
    ]


@pytest.mark.parametrize("with_product", [True, False])
def test_a_product_is_positioned_once_in_a_segment_the_platform_too(products, with_product):
    product, small = products[0] if with_product else None, SegmentFactory()
    TargetingFactory(product=product, segment=small)
    again = Targeting(product=product, segment=small, posture=Posture.LEAD)

    with pytest.raises(ValidationError, match="positioned in the segment already"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_at_least_one_product_is_offered():
    wrong = TargetingFactory.build(product=None, segment=SegmentFactory(), max_products=0)

    with pytest.raises(ValidationError, match="to offer none, exclude them"):
        wrong.full_clean()


def test_programs_read_what_to_offer(api, products):
    small = SegmentFactory(code="smb")
    TargetingFactory(product=None, segment=small, posture=Posture.EXCLUDE, max_products=1)
    TargetingFactory(product=products[0], segment=small, posture=Posture.RECOMMEND)
    TargetingFactory(product=products[1], segment=small, posture=Posture.LEAD)

    assert api.get("/api/v1/segments/smb/positioning/").json() == {
        "segment": "smb",
        "max_products": 1,
        "offered": [{"product": "desk", "posture": "lead"}],
        "excluded": [{"product": None, "posture": "exclude"}],
    }


def test_the_platform_is_targeted_over_rest(api):
    SegmentFactory(code="smb")
    facts = {"product": None, "segment": "smb", "posture": "exclude"}

    first = api.post("/api/v1/targetings/", facts, content_type="application/json")
    again = api.post("/api/v1/targetings/", facts, content_type="application/json")

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["errors"][0]["code"] == "targeting_once_per_product_and_segment"
    found = api.get("/api/v1/targetings/?segment=smb&posture=exclude").json()["results"]
    assert found == [first.json()]
