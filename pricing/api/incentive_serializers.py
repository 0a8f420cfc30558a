"""Incentives as programs read and write them."""

from config.api.related import CodesRelatedField
from config.api.serializers import ModelSerializer
from portfolio.models import Product
from pricing.models import Incentive, Plan


class IncentiveSerializer(ModelSerializer):
    """A discount; `plans` empty: on any plan, products empty: whatever the customer holds."""

    plans = CodesRelatedField(queryset=Plan.objects.all(), required=False)
    required_products = CodesRelatedField(queryset=Product.objects.all(), required=False)
    excluded_products = CodesRelatedField(queryset=Product.objects.all(), required=False)

    class Meta:
        model = Incentive
        fields = [
            "code",
            "name",
            "rank",
            "kind",
            "value",
            "currency",
            "plans",
            "redeem_from",
            "redeem_until",
            "duration_days",
            "duration_periods",
            "nth_product",
            "required_products",
            "excluded_products",
            "segment",
            "region",
            "interval",
            "reacquire_days",
            "max_total",
            "max_per_account",
            "stacking",
            "on_locked",
        ]
