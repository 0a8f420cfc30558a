"""The six ways to sell more to a customer one has."""

from django.db import models


class Motion(models.TextChoices):
    """An upsell is more of what a customer has, a cross-sell another product."""

    TIER_UPSELL = "tier_upsell", "Tier upsell"
    FEATURE_UPSELL = "feature_upsell", "Feature upsell"
    CAPACITY_UPSELL = "capacity_upsell", "Capacity upsell"
    ADJACENT_CROSS_SELL = "adjacent_cross_sell", "Adjacent cross-sell"
    COMPLEMENTARY_CROSS_SELL = "complementary_cross_sell", "Complementary cross-sell"
    PLATFORM_CROSS_SELL = "platform_cross_sell", "Platform cross-sell"
