"""Teams, members and owners, as programs read and write them."""

from rest_framework import serializers

from accounts.models import Account, Assignment, Member, OwnerRole, Team
from config.access.models import User
from config.api.fields import ChoiceField, DateField
from config.api.related import CodeRelatedField, IdRelatedField
from config.api.serializers import ModelSerializer, Serializer
from portfolio.models import Product


class TeamSerializer(ModelSerializer):
    class Meta:
        model = Team
        fields = ["code", "name"]


class MemberSerializer(ModelSerializer):
    """`user` is an e-mail; person and team stay as they are once written."""

    user = CodeRelatedField("email", queryset=User.objects.all())

    class Meta:
        model = Member
        fields = ["id", "team", "user", "role", "starts_on", "ends_on"]


class AssignmentSerializer(serializers.ModelSerializer):
    """Who owns an account, or one product of it; `owner` is the member's e-mail."""

    account = serializers.CharField(source="account.code")
    product = serializers.CharField(source="product.code", default=None, allow_null=True)
    member = serializers.IntegerField(source="member_id")
    owner = serializers.EmailField(source="member.user.email")
    name = serializers.CharField(source="member.user.name")
    team = serializers.CharField(source="member.team.code")

    class Meta:
        model = Assignment
        fields = [
            "id",
            "account",
            "product",
            "role",
            "member",
            "owner",
            "name",
            "team",
            "source",
            "starts_on",
            "ends_on",
        ]
        read_only_fields = fields


class AssignInput(Serializer):
    """Lets a member look after an account, or one product of it, from a day on."""

    account = CodeRelatedField(queryset=Account.objects.all())
    product = CodeRelatedField(queryset=Product.objects.all(), allow_null=True, default=None)
    role = ChoiceField(OwnerRole.choices)
    member = IdRelatedField(queryset=Member.objects.all())
    starts_on = DateField()
