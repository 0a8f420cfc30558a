"""Which kind of owner an account needs: by rules, by channel, by the size of the deal."""

import pytest

from accounts.models import OwnerRole
from portfolio.models import Motion, OwnerModel
from tests.accounts.routing.asking import AE, CSM, asked, in_segment, kind, paying, who
from tests.factories import AccountFactory, ChannelFactory, ProductFactory, SegmentFactory
from tests.factories.routing import active_rules, csm_led, members_of, pool_of

pytestmark = pytest.mark.django_db


def test_s86_small_deals_are_product_led_middle_ones_csm_led_and_large_ones_sales_led():
    active_rules({"pool": pool_of(1)}, small_below=50_000, large_from=500_000)
    account = AccountFactory()

    kinds = [kind(account, expected_mrr=size) for size in (49_999, 50_000, 499_999, 500_000)]

    assert kinds == ["product_led", "csm_led", "csm_led", "sales_led"]
    active_rules({"pool": pool_of(1)}, small_below=10_000, large_from=20_000)  # they are data
    found = asked(account, expected_mrr=20_000)
    assert found.outcome.owner_model == OwnerModel.SALES_LED
    assert "20000 a month against 10000 and 20000, in minor units of USD: Sales-led." in [
        step["reason"] for step in found.trace
    ]


def test_s87_small_upsells_go_to_the_queue_relations_to_success_and_complex_deals_to_specialists():
    queue, success, sales, experts = (
        pool_of(1, role=role)
        for role in (OwnerRole.PRODUCT_LED_QUEUE, CSM, AE, OwnerRole.SPECIALIST)
    )
    platform = {"motion": Motion.PLATFORM_CROSS_SELL}
    active_rules(
        {**platform, "sets_owner_model": OwnerModel.SALES_LED},
        {"owner_model": OwnerModel.PRODUCT_LED, "pool": queue},
        {"owner_model": OwnerModel.CSM_LED, "pool": success},
        {"owner_model": OwnerModel.SALES_LED, "pool": sales},
        {"pool": experts},
        small_below=50_000,
        large_from=500_000,
    )
    account = AccountFactory()

    def owner(motion, size):
        return [who(account, motion=motion, expected_mrr=size)]

    assert owner(Motion.TIER_UPSELL, 1_000) == members_of(queue)
    assert owner(Motion.TIER_UPSELL, 50_000) == members_of(success)
    assert owner(Motion.TIER_UPSELL, 500_000) == members_of(sales)
    assert owner(Motion.PLATFORM_CROSS_SELL, 1_000) == members_of(sales)


def test_without_a_deal_the_size_is_what_the_account_pays():
    active_rules({"pool": pool_of(1)}, small_below=50_000, large_from=500_000)

    assert kind(paying(100)) == OwnerModel.PRODUCT_LED
    assert kind(paying(5000)) == OwnerModel.SALES_LED


def test_a_deal_in_another_currency_is_in_the_middle_and_says_so():
    active_rules({"pool": pool_of(1)})
    account = AccountFactory(currency="EUR")

    found = asked(account, expected_mrr=10_000_000)

    assert found.outcome.owner_model == OwnerModel.CSM_LED
    assert any("in EUR, sizes are in USD" in step["reason"] for step in found.trace)


def test_s88_enterprise_and_procurement_are_sales_led_whatever_the_size():
    enterprise = SegmentFactory()
    active_rules(
        {"segment": enterprise, "sets_owner_model": OwnerModel.SALES_LED},
        {"procurement": True, "sets_owner_model": OwnerModel.SALES_LED},
        {"deal_below": 50_000, "sets_owner_model": OwnerModel.PRODUCT_LED},
        {"pool": pool_of(1)},
    )

    assert kind(in_segment(enterprise), expected_mrr=1) == OwnerModel.SALES_LED
    assert kind(AccountFactory(procurement_required=True), expected_mrr=1) == OwnerModel.SALES_LED
    assert kind(AccountFactory(), expected_mrr=1) == OwnerModel.PRODUCT_LED


def test_s18_and_s86_where_no_rule_says_the_most_exact_channel_does():
    product = ProductFactory()
    ChannelFactory(product=product, segment=None, motion=None, owner_model=OwnerModel.SALES_LED)
    active_rules({"pool": pool_of(1)})
    account = AccountFactory()

    assert kind(account, product=product, expected_mrr=1) == OwnerModel.SALES_LED
    assert kind(account, expected_mrr=1) == OwnerModel.PRODUCT_LED


def test_a_rule_of_the_first_stage_goes_before_channels():
    product = ProductFactory()
    ChannelFactory(product=product, segment=None, motion=None, owner_model=OwnerModel.SALES_LED)
    active_rules(csm_led(), {"pool": pool_of(1)})

    assert kind(AccountFactory(), product=product) == OwnerModel.CSM_LED
