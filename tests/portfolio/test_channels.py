"""S18: the most exact channel decides who sells, and says why."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.channels import choose_channel
from portfolio.models import Channel, Motion, OwnerModel
from tests.factories import ChannelFactory, PortfolioFactory, ProductFactory, SegmentFactory

pytestmark = pytest.mark.django_db

LED = OwnerModel.PRODUCT_LED
MOTION = Motion.TIER_UPSELL


@pytest.fixture
def product():
    home = PortfolioFactory(code="home", default_channel=OwnerModel.HYBRID)
    return ProductFactory(code="crm", name="CRM", portfolio=home)


@pytest.fixture
def segment():
    return SegmentFactory(code="smb", name="Small")


def test_s18_without_a_channel_the_portfolios_own_holds(product, segment):
    chosen = choose_channel(product=product, segment=segment, motion=MOTION)

    assert (chosen.owner_model, chosen.channel) == (OwnerModel.HYBRID, None)
    assert chosen.trace == [
        {
            "step": "portfolio",
            "subject": "/portfolios/home/",
            "considered": "home: Hybrid, by size of the deal",
            "matched": True,
            "reason": "No channel is about this product.",
        }
    ]


def test_s18_each_more_exact_channel_wins_over_the_others(product, segment):
    wide = ChannelFactory(product=product)
    assert choose_channel(product=product, segment=segment, motion=MOTION).channel == wide
    by_motion = ChannelFactory(product=product, motion=MOTION)
    assert choose_channel(product=product, segment=segment, motion=MOTION).channel == by_motion
    by_segment = ChannelFactory(product=product, segment=segment)
    assert choose_channel(product=product, segment=segment, motion=MOTION).channel == by_segment
    exact = ChannelFactory(product=product, segment=segment, motion=MOTION)
    assert choose_channel(product=product, segment=segment, motion=MOTION).channel == exact


def test_among_equals_the_one_that_names_the_product_goes_first(product, segment):
    anybody = ChannelFactory(product=None, segment=segment)
    named = ChannelFactory(product=product, segment=segment)
    wide = ChannelFactory(product=product)

    assert choose_channel(product=product, segment=segment).channel == named
    named.delete()
    assert choose_channel(product=product, segment=segment).channel == anybody
    anybody.delete()
    assert choose_channel(product=product, segment=segment).channel == wide


def test_a_criterion_that_is_not_asked_about_fits_blank_ones_only(product, segment):
    ChannelFactory(product=product, segment=segment)
    ChannelFactory(product=product, motion=MOTION)

    assert choose_channel(product=product).channel is None


def test_channels_of_other_products_and_segments_do_not_count(product, segment):
    ChannelFactory(segment=segment)
    other = ChannelFactory(product=product, segment=SegmentFactory(name="Large"))

    chosen = choose_channel(product=product, segment=segment)

    assert chosen.channel is None
    assert [step["subject"] for step in chosen.trace] == [
        f"/channels/{other.pk}/",
        "/portfolios/home/",
    ]
    assert chosen.trace[0]["reason"] == "It is for Large, not Small."


def test_the_trace_says_which_row_won_and_why(product, segment):
    ChannelFactory(product=product, owner_model=OwnerModel.SALES_LED)
    ChannelFactory(product=product, segment=segment, owner_model=LED)
    ChannelFactory(product=product, segment=segment, motion=MOTION)

    chosen = choose_channel(product=product, segment=segment)

    assert chosen.owner_model == LED
    assert [(step["step"], step["matched"]) for step in chosen.trace] == [
        ("segment and motion", False),
        ("segment", True),
        ("product", False),
    ]
    assert chosen.trace[0]["reason"] == "It is for Tier upsell, and no motion is asked about."
    assert chosen.trace[2]["reason"] == "It fits, but CRM, Small: Product-led is more exact."


@pytest.mark.parametrize("motion", [None, MOTION])
def test_equal_criteria_are_refused_blank_ones_too(product, motion):
    ChannelFactory(product=product, motion=motion)
    again = Channel(product=product, motion=motion, owner_model=LED)

    with pytest.raises(ValidationError, match="same product, segment and motion"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_a_channel_without_any_criterion_is_the_portfolios_own():
    with pytest.raises(ValidationError, match="Name a product, a segment or a motion"):
        Channel(owner_model=LED).full_clean()


def test_programs_ask_which_channel_applies(api, product, segment):
    channel = ChannelFactory(product=product, segment=segment, owner_model=LED)

    body = api.get("/api/v1/channels/explain/?product=crm&segment=smb&motion=tier_upsell").json()

    assert (body["owner_model"], body["channel"]) == ("product_led", channel.pk)
    assert body["trace"][0]["matched"] is True
    assert api.get("/api/v1/channels/explain/").status_code == 400
    assert api.get("/api/v1/channels/explain/?product=x").status_code == 400
    assert api.get("/api/v1/channels/explain/?product=crm&motion=x").status_code == 400


def test_the_page_answers_which_channel_applies(admin_client, product, segment):
    ChannelFactory(product=product, segment=segment, owner_model=LED)
    url = "/admin/portfolio/channel/which/"

    page = admin_client.get(url, {"product": product.pk, "segment": segment.pk})

    assert "Product-led" in page.text
    assert "no channel by segment or anything more exact comes before it" in page.text
    assert "This field is required" in admin_client.get(url, {"segment": segment.pk}).text
    assert admin_client.get(url).status_code == 200


def test_the_question_costs_the_same_with_many_channels(
    product, segment, django_assert_max_num_queries
):
    for _ in range(50):
        ChannelFactory(product=product, segment=SegmentFactory())

    with django_assert_max_num_queries(1):
        choose_channel(product=product, segment=segment)
