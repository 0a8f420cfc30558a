"""What finance's tools take over REST, and what they answer."""

from base64 import b64decode
from binascii import Error

from django.core.exceptions import ValidationError
from rest_framework import serializers

from config.api.fields import BooleanField, CharField, ChoiceField, DateField, DecimalField
from config.api.related import CodeRelatedField, IdRelatedField
from config.api.serializers import Query, Serializer
from config.codes import LONGEST, CodeField
from config.money import AMOUNT_DIGITS
from portfolio.models import Region, Segment
from pricing.adjusting import Adjustment
from pricing.amounts import ZERO
from pricing.api.price_schema import ChangeAnswer, Money
from pricing.models import (
    GrandfatheringPolicy,
    Plan,
    PriceBook,
    PriceInterval,
    PriceRelease,
    ReleaseTreatment,
)

NUMBER = {**AMOUNT_DIGITS, "required": False}


class DraftInput(Serializer):
    """Which draft the lines go into: a new one, with a title and a day, or one there is.

    With `preview` nothing is written, and the answer says what would be.
    """

    title = CharField(max_length=200, required=False)
    effective_on = DateField(required=False)
    existing_treatment = ChoiceField(ReleaseTreatment.choices, required=False)
    policy = CodeRelatedField(queryset=GrandfatheringPolicy.objects.all(), required=False)
    release = IdRelatedField(queryset=PriceRelease.objects.all(), required=False)
    preview = BooleanField(default=False)

    def validate(self, attrs: dict) -> dict:
        missing = {"title", "effective_on"} - attrs.keys()
        if "release" not in attrs and missing:
            raise serializers.ValidationError(dict.fromkeys(missing, "A new release needs it."))
        facts = {name: attrs.get(name) for name in ("existing_treatment", "policy")}
        try:
            PriceRelease(**facts).check_policy()
        except ValidationError as error:
            raise serializers.ValidationError({"policy": error.messages}) from error
        return attrs

    def draft(self, book: PriceBook) -> PriceRelease:
        """The release that is meant; a new one is not stored yet."""
        given = self.validated_data
        if release := given.get("release"):
            if release.book_id != book.pk:
                raise serializers.ValidationError({"release": "It is of another book."})
            return release
        names = ("title", "effective_on", "existing_treatment", "policy")
        author = self.context["request"].user
        return PriceRelease(book=book, author=author, **{n: given[n] for n in names if n in given})


class SheetInput(DraftInput):
    """`file` is the sheet, CSV in UTF-8 or XLSX, in Base64."""

    file = CharField(max_length=32_000_000, trim_whitespace=False)

    def validate_file(self, text: str) -> bytes:
        try:
            return b64decode(text, validate=True)
        except (Error, ValueError) as error:
            raise serializers.ValidationError("It is not Base64.") from error


class AdjustInput(DraftInput):
    """How prices change: copied, then in one of three ways, then rounded; see docs/prices.md.

    Without `plans`, `currency` and `interval` all prices of the book are meant.
    """

    percent = DecimalField(**NUMBER)
    plus = DecimalField(**NUMBER)
    set_to = DecimalField(**NUMBER, min_value=0)
    step = DecimalField(**NUMBER, min_value=0)
    ending = DecimalField(**NUMBER, min_value=0)
    copy_from = CodeRelatedField(queryset=PriceBook.objects.all(), required=False)
    plans = serializers.ListField(
        child=CodeRelatedField(queryset=Plan.objects.all()), required=False, max_length=500
    )
    currency = CharField(max_length=3, required=False)
    interval = ChoiceField(PriceInterval.choices, required=False)

    def adjustment(self) -> Adjustment:
        names = ("percent", "plus", "set_to", "step", "copy_from")
        given = {name: self.validated_data.get(name) for name in names}
        return Adjustment(**given, ending=self.validated_data.get("ending", ZERO))

    def chosen(self, book: PriceBook) -> list[int] | None:
        """The prices that are meant, by id; None: all of the book."""
        given = self.validated_data
        wanted = {n: given[n] for n in ("currency", "interval") if n in given}
        if "plans" in given:
            wanted["charge__plan__in"] = [plan.pk for plan in given["plans"]]
        return list(book.prices.filter(**wanted).values_list("pk", flat=True)) if wanted else None


class CloneBookInput(AdjustInput):
    """The new book, for whom it is, and how its first prices differ from the source's."""

    code = CharField(max_length=LONGEST, validators=CodeField().validators)
    name = CharField(max_length=200)
    account_code = CharField(max_length=LONGEST, validators=CodeField().validators, required=False)
    segment = CodeRelatedField(queryset=Segment.objects.all(), required=False)
    region = CodeRelatedField(queryset=Region.objects.all(), required=False)
    release = copy_from = plans = currency = interval = None

    def book(self) -> PriceBook:
        names = ("code", "name", "account_code", "segment", "region")
        return PriceBook(**{n: self.validated_data[n] for n in names if n in self.validated_data})


class MovedAnswer(serializers.Serializer):
    """What list prices move in a currency once all have moved; `unknown` lines are not in it."""

    currency = serializers.CharField()
    lines = serializers.IntegerField()
    monthly_revenue = Money(allow_null=True)
    change = Money(allow_null=True)
    unknown = serializers.IntegerField()


class ImpactAnswer(serializers.Serializer):
    """Customers who hold what the release changes, and what it moves."""

    customers = serializers.IntegerField()
    moved = MovedAnswer(many=True)


class ProposalAnswer(serializers.Serializer):
    """What a draft changes; a preview has the first hundred lines and the impact, and no id."""

    release = serializers.IntegerField(allow_null=True)
    book = serializers.CharField()
    title = serializers.CharField()
    effective_on = serializers.DateField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lines = ChangeAnswer(many=True)
    impact = ImpactAnswer(allow_null=True)


class SheetQuery(Query):
    """The day whose prices go out, today if left out, and the format."""

    on = DateField(required=False)
    kind = ChoiceField([("xlsx", "XLSX"), ("csv", "CSV")], default="csv")


class SheetAnswer(serializers.Serializer):
    """The sheet in Base64, as `import/` takes it back."""

    name = serializers.CharField()
    file = serializers.CharField()


class CalendarQuery(Query):
    """The days from `since` (today) up to but not including `until` (a year later)."""

    since = DateField(required=False)
    until = DateField(required=False)
    book = CodeRelatedField(queryset=PriceBook.objects.all(), required=False)


class EntryAnswer(serializers.Serializer):
    on = serializers.DateField()
    kind = serializers.CharField()
    subject = serializers.CharField()
    book = serializers.CharField(allow_null=True)
    sentence = serializers.CharField()


class CalendarPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EntryAnswer(many=True)
