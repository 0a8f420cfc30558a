"""What owners can be asked."""

from django.db.models import QuerySet
from django_filters import CharFilter

from accounts.models import Assignment, Member, Team
from config.api.filters import CodeFilter, DateFilter, FilterSet


class TeamFilter(FilterSet):
    class Meta:
        model = Team
        fields = ["name"]


class OnADay(FilterSet):
    on = DateFilter(method="in_force", help_text="Those that apply on the day.")

    def in_force(self, rows: QuerySet, _name: str, day) -> QuerySet:
        return rows.in_force(on=day)


class MemberFilter(OnADay):
    user = CharFilter("user__email", help_text="By e-mail.")

    class Meta:
        model = Member
        fields = ["team", "role"]


class AssignmentFilter(OnADay):
    owner = CharFilter("member__user__email", help_text="By e-mail.")
    team = CodeFilter("member__team__code")

    class Meta:
        model = Assignment
        fields = ["account", "product", "role", "member", "source"]
