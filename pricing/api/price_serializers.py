"""Price books, releases and prices, as programs read and write them."""

from rest_framework import serializers

from config.access.scoping import visible
from config.api.fields import BooleanField, CharField, ChoiceField, DecimalField
from config.api.money import MoneyField
from config.api.related import CodeRelatedField
from config.api.serializers import ModelSerializer, Query, Serializer
from config.money import AMOUNT_DIGITS, validate_currency
from pricing.amounts import model_choices
from pricing.drafting import draft
from pricing.models import (
    Charge,
    Plan,
    Price,
    PriceBook,
    PriceInterval,
    PriceRelease,
    PriceTier,
)

MOST_LINES = 500
AMOUNTS = {"unit_price": True, "allow_null": True, "required": False}
NUMBER = {**AMOUNT_DIGITS, "allow_null": True, "required": False, "min_value": 0}


class PriceBookSerializer(ModelSerializer):
    class Meta:
        model = PriceBook
        fields = ["code", "name", "account_code", "segment", "region"]


class TierSerializer(serializers.ModelSerializer):
    """Quantities above `from_quantity`, up to and including `to_quantity`."""

    from_quantity = DecimalField(**AMOUNT_DIGITS)
    to_quantity = DecimalField(**AMOUNT_DIGITS, allow_null=True)
    unit_amount = MoneyField(amount="unit_amount", currency="price.currency")
    flat_amount = MoneyField(amount="flat_amount", currency="price.currency")

    class Meta:
        model = PriceTier
        fields = ["from_quantity", "to_quantity", "unit_amount", "flat_amount"]
        read_only_fields = fields


class PriceSerializer(serializers.ModelSerializer):
    """A line of a release; without `published_at` it is a draft and binds nobody."""

    book = serializers.CharField(source="book.code")
    plan = serializers.CharField(source="charge.plan.code")
    charge = serializers.CharField(source="charge.code")
    charge_id = serializers.IntegerField()
    release = serializers.IntegerField(source="release_id")
    flat_amount = MoneyField(amount="flat_amount", allow_null=True)
    unit_amount = MoneyField(amount="unit_amount", allow_null=True)
    included_units = DecimalField(**AMOUNT_DIGITS, allow_null=True)
    package_size = DecimalField(**AMOUNT_DIGITS, allow_null=True)
    credits = DecimalField(**AMOUNT_DIGITS, allow_null=True)
    tiers = TierSerializer(many=True)

    class Meta:
        model = Price
        fields = [
            "id",
            "book",
            "plan",
            "charge",
            "charge_id",
            "currency",
            "interval",
            "is_end",
            "model",
            "flat_amount",
            "unit_amount",
            "included_units",
            "package_size",
            "credits",
            "is_minimum",
            "tiers",
            "release",
            "starts_on",
            "ends_on",
            "cancelled",
            "published_at",
        ]
        read_only_fields = fields


class OneCurrency(Serializer):
    """Money of one currency, which every amount repeats."""

    def to_internal_value(self, data):
        given = super().to_internal_value(data)
        named = {given.pop(name) for name in ("flat_in", "unit_in") if name in given}
        given["currencies"] = named | {c for tier in given.get("tiers", ()) for c in tier.pop("in")}
        return given


class TierInput(Serializer):
    """Quantities above `from_quantity`, up to and including `to_quantity` (null: without end)."""

    from_quantity = DecimalField(**AMOUNT_DIGITS, min_value=0)
    to_quantity = DecimalField(**NUMBER)
    unit_amount = MoneyField(amount="unit_amount", currency="unit_in", unit_price=True)
    flat_amount = MoneyField(
        amount="flat_amount", currency="flat_in", unit_price=True, required=False
    )

    def to_internal_value(self, data):
        given = super().to_internal_value(data)
        named = {given.pop(name) for name in ("flat_in", "unit_in") if name in given}
        return {**given, "in": named}


class WholeLines(serializers.ListSerializer):
    """Each line is told in full, also where the release around it is changed in part."""

    def run_child_validation(self, data):
        line = type(self.child)(data=data, context=self.context)
        line.is_valid(raise_exception=True)
        return line.validated_data


class PriceLineInput(OneCurrency):
    """Sets the price of a charge, or ends it (`is_end`); the charge is named by plan and code."""

    plan = CodeRelatedField(queryset=Plan.objects.all())
    charge = CharField(default="base", max_length=40)
    currency = CharField(validators=[validate_currency])
    interval = ChoiceField(PriceInterval.choices, default=PriceInterval.MONTH)
    is_end = BooleanField(default=False)
    model = ChoiceField(model_choices(), allow_blank=True, default="")
    flat_amount = MoneyField(amount="flat_amount", currency="flat_in", **AMOUNTS)
    unit_amount = MoneyField(amount="unit_amount", currency="unit_in", **AMOUNTS)
    included_units = DecimalField(**NUMBER)
    package_size = DecimalField(**NUMBER)
    credits = DecimalField(**NUMBER)
    is_minimum = BooleanField(default=False)
    tiers = TierInput(many=True, required=False)

    class Meta:
        list_serializer_class = WholeLines

    def validate(self, attrs: dict) -> dict:
        charges = visible(Charge.objects.filter(plan=attrs["plan"]), self.context["request"].user)
        charge = charges.filter(code=attrs["charge"]).first()
        if charge is None:
            raise serializers.ValidationError({"charge": "The plan has no such charge."})
        if not attrs.pop("currencies") <= {attrs["currency"]}:
            raise serializers.ValidationError(
                {"currency": f"Every amount of this line is in {attrs['currency']}."}
            )
        charge.plan = attrs.pop("plan")
        tiers = [PriceTier(**tier) for tier in attrs.pop("tiers", ())]
        price = Price(**{**attrs, "charge": charge})
        price.clean()
        for tier in tiers:
            tier.clean()
        return {"price": price, "tiers": tiers}


class PriceReleaseSerializer(ModelSerializer):
    """A release with its state; its lines are `prices/?release=`.

    `lines`, when sent, take the place of all lines it has; what was submitted is a draft again.
    """

    author = serializers.CharField(source="author.email", read_only=True)
    submitter = serializers.CharField(
        source="submitter.email", read_only=True, default=None, allow_null=True
    )
    approver = serializers.CharField(
        source="approver.email", read_only=True, default=None, allow_null=True
    )
    motions = serializers.ListField(
        child=ChoiceField(PriceRelease._meta.get_field("motions").base_field.choices),
        required=False,
        max_length=10,
    )
    lines = PriceLineInput(many=True, write_only=True, required=False, max_length=MOST_LINES)

    class Meta:
        model = PriceRelease
        fields = [
            "id",
            "book",
            "title",
            "effective_on",
            "existing_treatment",
            "policy",
            "motions",
            "state",
            "author",
            "submitter",
            "approver",
            "content_hash",
            "note",
            "lines",
        ]
        read_only_fields = ["state", "content_hash", "note"]
        extra_kwargs = {"existing_treatment": {"allow_blank": False}}

    def validate_lines(self, lines: list[dict]) -> list[dict]:
        keys = [
            (line["price"].charge.pk, line["price"].currency, line["price"].interval)
            for line in lines
        ]
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError(
                "A release has one line for a charge, currency and interval.", code="twice"
            )
        return lines

    def candidate(self, attrs) -> PriceRelease:
        row = super().candidate(attrs)
        if row.pk is None:
            row.author = self.context["request"].user
        return row

    def create(self, validated_data: dict) -> PriceRelease:
        return self._drafted(PriceRelease(author=self.context["request"].user), validated_data)

    def update(self, instance: PriceRelease, validated_data: dict) -> PriceRelease:
        return self._drafted(instance, validated_data)

    def _drafted(self, release: PriceRelease, given: dict) -> PriceRelease:
        lines = given.pop("lines", None)
        for name, value in given.items():
            setattr(release, name, value)
        told = None if lines is None else [(line["price"], line["tiers"]) for line in lines]
        return draft(release=release, lines=told)


class ReasonInput(Serializer):
    """Why; it is shown on the release."""

    reason = CharField(max_length=500)


class PreviewQuery(Query):
    """The quantity that old and new prices are compared for; 1 if left out."""

    quantity = DecimalField(**AMOUNT_DIGITS, min_value=0, required=False)
