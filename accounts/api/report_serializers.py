"""What opportunities teach, as programs read it."""

from rest_framework import serializers

from accounts.api.serializers import AccountSerializer
from accounts.models import Account
from config.api.fields import DateField, IntegerField
from config.api.related import CodeRelatedField
from config.api.serializers import Query
from portfolio.models import Product


class LossRow(serializers.Serializer):
    """How many were lost for a reason, of all that were lost with one."""

    reason = serializers.CharField()
    lost = serializers.IntegerField()
    share = serializers.FloatField()


class SourcingRow(serializers.Serializer):
    """What somebody found, and what they closed."""

    person = serializers.EmailField()
    name = serializers.CharField(help_text="Their e-mail if they have no name.")
    sourced = serializers.IntegerField()
    sourced_won = serializers.IntegerField()
    closed = serializers.IntegerField()


class AnswerRow(serializers.Serializer):
    """How often an answer to a kind of objection led to a sale, of those decided."""

    kind = serializers.CharField()
    response = serializers.CharField()
    won = serializers.IntegerField()
    lost = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)


def rows_of(row: type[serializers.Serializer], name: str) -> type[serializers.Serializer]:
    """The shape of a report: the lines of it."""
    return type(name, (serializers.Serializer,), {"rows": row(many=True), "__doc__": row.__doc__})


LossRows = rows_of(LossRow, "LossRows")
SourcingRows = rows_of(SourcingRow, "SourcingRows")
AnswerRows = rows_of(AnswerRow, "AnswerRows")


class GapQuery(Query):
    """Who has an anchor, not the product, and was not shown it for so many days."""

    product = CodeRelatedField(queryset=Product.objects.all())
    anchor = CodeRelatedField(
        queryset=Product.objects.all(), required=False, help_text="Any anchor if left out."
    )
    days = IntegerField(
        required=False, min_value=1, max_value=3650, help_text="The threshold's if left out."
    )
    on = DateField(required=False, help_text="Today if left out.")


class GapAccount(AccountSerializer):
    """An account that could be shown the product."""

    class Meta(AccountSerializer.Meta):
        model = Account
        fields = ["code", "name", "industry", "employees", "country"]
