"""Who asks for prices, as programs name them: an account, or somebody of a segment and region."""

from datetime import date

from rest_framework import serializers

from accounts.buyers import buyer_of
from accounts.models import Account
from config.api.fields import CharField
from config.api.related import CodeRelatedField
from config.api.serializers import Serializer
from config.money import validate_currency
from portfolio.models import Region, Segment
from pricing.resolution import Buyer


class BuyerInput(Serializer):
    """The members that name a buyer; the currency is the account's if left out."""

    account = CodeRelatedField(queryset=Account.objects.all(), required=False)
    segment = CodeRelatedField(queryset=Segment.objects.all(), required=False)
    region = CodeRelatedField(queryset=Region.objects.all(), required=False)
    currency = CharField(required=False, validators=[validate_currency])

    needs_currency = True

    def validate(self, attrs: dict) -> dict:
        account = attrs.get("account")
        if account and ("segment" in attrs or "region" in attrs):
            raise serializers.ValidationError(
                {"account": "Ask for an account, or for a segment and region: not for both."}
            )
        if account:
            return {"currency": account.currency, **attrs}
        if self.needs_currency and "currency" not in attrs:
            raise serializers.ValidationError({"currency": "Name a currency, or an account."})
        return attrs


def take_buyer(asked: dict, *, on: date) -> Buyer:
    """The buyer that checked input names, whose members are taken out of it."""
    account, segment, region = (asked.pop(name, None) for name in ("account", "segment", "region"))
    if account:
        return buyer_of(account=account, on=on)
    return Buyer(segment=segment and segment.code, region=region and region.code)
