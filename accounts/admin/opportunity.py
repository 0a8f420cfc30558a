"""Opportunities in the admin: the queue of who pursues them, and a page with all it takes."""

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from accounts.admin.opportunity_reports import Taught
from accounts.admin.opportunity_steps import BUTTONS, Steps
from accounts.models import (
    Feedback,
    Member,
    ObjectionRaised,
    Opportunity,
    OpportunityTransition,
    Stage,
    Stakeholder,
)
from accounts.opportunities import reports
from accounts.opportunities.opening import open_opportunity
from accounts.ownership import colleagues
from config.access.scoping import visible
from config.admin.filters import AutocompleteFilter
from config.admin.formatting import minor
from config.admin.forms import MinorField, ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnlyInline, TabularInline
from config.sheets.writing import as_csv
from portfolio.models import Motion

COLOURS = {
    Stage.WON.label: "success",
    Stage.ADOPTED.label: "success",
    Stage.LOST.label: "danger",
    Stage.DISQUALIFIED.label: "danger",
    Stage.DEFERRED.label: "warning",
    **{Stage(each).label: "info" for each in ("identified", "qualified", "engaged")},
    **{Stage(each).label: "info" for each in ("evaluating", "purchasing")},
}


class OpportunityForm(ModelForm):
    """A new one needs an account and a plan; the motion follows, and what is said is checked."""

    motion = forms.ChoiceField(
        choices=[("", "Follows from what they have"), *Motion.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    quantity = forms.DecimalField(
        min_value=0,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=(
            "Of what is counted, such as seats; empty: as many as they have of what it replaces, "
            "else one."
        ),
    )

    class Meta:
        model = Opportunity
        fields = ["account", "target_plan", "motion", "problem", "weak_pair_reason"]
        fields += ["secondary_owner", "secondary_role"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "expected_mrr" in self.fields:
            currency = self.instance.account.currency
            self.fields["expected_mrr"] = MinorField(
                currency=currency,
                label="Expected MRR",
                min_value=0,
                required=False,
                help_text=f"More recurring revenue a month, in {currency}.",
            )


class TurnFilter(DropdownFilter):
    """Whose turn it is."""

    title = "whose"
    parameter_name = "whose"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("mine", "What waits for me"), ("over", "Adoption time is over")]

    def queryset(self, request, rows):
        if self.value() == "mine":
            return rows.waiting_for(request.user)
        return rows.overdue(on=timezone.localdate()) if self.value() == "over" else rows


class Beside(TabularInline):
    """Rows beside an opportunity, with room for a line of words each."""

    show_change_link = False
    hide_title = True

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in ("note", "text"):
            field.widget.attrs["rows"] = 2
        return field


class StakeholderInline(Beside):
    model = Stakeholder
    fields = ["contact", "part", "engaged_on", "note"]
    readonly_fields = ["part"]
    autocomplete_fields = ["contact"]
    verbose_name_plural = "who is engaged"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("contact", "opportunity__account")

    @display(description="part")
    def part(self, stake: Stakeholder) -> str:
        return stake.contact.get_role_display() if stake.pk else ""


class ObjectionInline(Beside):
    model = ObjectionRaised
    fields = ["kind", "response", "raised_on", "note"]
    verbose_name_plural = "what they object to, and how it was answered"


class FeedbackInline(Beside):
    model = Feedback
    fields = ["outcome", "reason", "text", "given_on"]
    verbose_name_plural = "what they say once it is over"


class TransitionInline(ReadOnlyInline):
    model = OpportunityTransition
    fields = ["from_stage", "to_stage", "on", "by", "reason"]
    verbose_name_plural = "steps so far"
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


def _to_read(fields: list) -> list:
    """The fields for who only reads: expected revenue as an amount with its currency."""
    return ["expected" if name == "expected_mrr" else name for name in fields]


@admin.register(Opportunity)
class OpportunityAdmin(Steps, Taught, ModelAdmin):
    section = Section.SELLING
    icon = "trending_up"
    form = OpportunityForm
    list_display = ["title", "motion", "where", "expected", "owner", "stage_since", "next_step"]
    list_filter = [
        TurnFilter,
        ("stage", ChoicesDropdownFilter),
        ("motion", ChoicesDropdownFilter),
        ("account", AutocompleteFilter),
        ("product", AutocompleteFilter),
    ]
    search_fields = ["code", "account__code", "account__name"]
    autocomplete_fields = ["account", "target_plan"]
    sortable_by = ["stage_since"]
    ordering = ["-stage_since", "-id"]
    inlines = [StakeholderInline, ObjectionInline, FeedbackInline, TransitionInline]
    actions = ["take_out"]
    actions_list = ["answers", "sourcing"]
    actions_detail = list(BUTTONS)
    fixed_fields = ("account", "target_plan", "motion", "code", "origin", "opened_on")
    add_fieldsets = [
        (None, {"fields": [("account", "target_plan"), ("motion", "quantity")]}),
        ("Why", {"fields": ["problem", "weak_pair_reason"]}),
        ("Who helps", {"fields": [("secondary_owner", "secondary_role")]}),
    ]
    fieldsets = [
        (None, {"fields": [("account", "target_plan"), ("motion", "code")]}),
        ("Why", {"fields": ["problem", "weak_pair_reason", "expected_mrr"]}),
        (
            "Who",
            {"fields": [("owner", "sourced_by"), ("secondary_owner", "secondary_role")]},
        ),
        ("Since", {"fields": [("opened_on", "origin")]}),
    ]
    deletable = False
    locks_first = "account"
    empty_hint = "Open one from the page of an account: it says what to offer next, and why."

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_queryset(self, request):
        related = ("account", "target_plan", "owner__user", "owner__team")
        return super().get_queryset(request).select_related(*related)

    def get_fieldsets(self, request, obj=None):
        found = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return found
        return [(title, {**facts, "fields": _to_read(facts["fields"])}) for title, facts in found]

    def get_readonly_fields(self, request, obj=None):
        # Who helps is chosen among colleagues, also by whoever sees no list of members.
        fixed = super().get_readonly_fields(request, obj)
        return [name for name in fixed if name != "secondary_owner"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ("problem", "weak_pair_reason"):
            field.widget.attrs["rows"] = 3
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "secondary_owner":
            chosen = request.resolver_match.kwargs.get("object_id")
            helping = visible(Opportunity.objects.filter(pk=chosen), request.user)
            found = colleagues(request.user, on=timezone.localdate())
            found |= Member.objects.filter(pk__in=helping.values("secondary_owner"))
            field.queryset = found.select_related("user", "team").order_by("user", "team")
        return field

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        said = {name: value for name, value in form.cleaned_data.items() if value}
        opened = open_opportunity(by=request.user, on=timezone.localdate(), **said)
        obj.pk = opened.pk
        obj.refresh_from_db()

    @display(description="opportunity", ordering="account")
    def title(self, row: Opportunity) -> str:
        return str(row)

    @display(description="stage", label=COLOURS)
    def where(self, row: Opportunity) -> str:
        return row.get_stage_display()

    @display(description="expected MRR")
    def expected(self, row: Opportunity) -> str:
        return minor(row.expected_mrr, row.account.currency)

    @display(description="next")
    def next_step(self, row: Opportunity) -> str:
        """What brings it on from here."""
        if row.stage == Stage.DEFERRED:
            return f"waits: {row.get_defer_reason_display().lower()}"
        return Stage(row.next_stages[0]).label if row.next_stages else ""

    @admin.action(description="Take out as CSV", permissions=["view"])
    def take_out(self, request, rows) -> HttpResponse:
        rows = rows.select_related(*reports.TOLD)
        text = as_csv(reports.COLUMNS, reports.as_rows(rows))
        named = {"Content-Disposition": 'attachment; filename="opportunities.csv"'}
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=named)
