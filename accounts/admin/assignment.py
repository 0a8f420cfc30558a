"""Who looks after which account in the admin: looked at, ended; assigned on the account's page."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from accounts.models import Assignment, Member, OwnerRole
from accounts.ownership import release
from config.access.scoping import visible
from config.admin.decisions import DayForm, decide
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from portfolio.models import Product


class AssignForm(forms.Form):
    """What `assign` needs to know; it offers the rows that the actor may see."""

    member = forms.ModelChoiceField(
        Member.objects.select_related("user", "team").order_by("user__email", "team__code"),
        widget=UnfoldAdminSelectWidget,
    )
    role = forms.ChoiceField(choices=OwnerRole.choices, widget=UnfoldAdminSelectWidget)
    product = forms.ModelChoiceField(
        Product.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Empty: the whole account.",
    )
    starts_on = forms.DateField(
        label="First day", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("member", "product"):
            self.fields[name].queryset = visible(self.fields[name].queryset, actor)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly, ModelAdmin):
    section = Section.OWNERS
    icon = "person_pin"
    list_display = ["account", "product", "role", "member", "starts_on", "ends_on", "standing"]
    as_of = "in_force"
    list_filter = [("account", AutocompleteFilter), ("role", ChoicesDropdownFilter)]
    list_select_related = ["account", "product", "member__user", "member__team"]
    sortable_by = []
    ordering = ["-id"]
    actions_detail = ["end"]
    fieldsets = [
        (None, {"fields": [("account", "product"), ("member", "role")]}),
        ("When", {"fields": [("starts_on", "ends_on"), "source"]}),
    ]
    empty_hint = "Assign an owner from the page of an account."

    @action(description="End it", permissions=["accounts.change_assignment"], icon="stop")
    def end(self, request, object_id):
        assignment = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=DayForm(request.POST or None),
            title=f"End {assignment.member}",
            meaning=(
                f"{assignment.member.user} looks after {assignment.account} since "
                f"{assignment.starts_on}. From the day you name nobody does in this role."
            ),
            call=lambda on: release(assignment=assignment, on=on),
            done=f"{assignment.account} has no {assignment.get_role_display()} from that day on.",
            back=reverse("admin:accounts_account_change", args=[assignment.account_id]),
        )
