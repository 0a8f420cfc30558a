"""Overrides and trials in the admin."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from accounts.models import EntitlementOverride, Trial
from accounts.trials import end_trial, start_trial
from config.admin.decisions import DayForm, decide
from config.admin.filters import AutocompleteFilter
from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin


@admin.register(EntitlementOverride)
class EntitlementOverrideAdmin(ModelAdmin):
    section = Section.USE
    icon = "tune"
    menu_place = 8
    list_display = ["account", "feature", "granted", "starts_on", "ends_on", "standing", "reason"]
    as_of = "in_force"
    list_filter = [("account", AutocompleteFilter), ("feature", AutocompleteFilter)]
    list_select_related = ["account", "feature"]
    sortable_by = []
    ordering = ["-id"]
    autocomplete_fields = ["account", "feature"]
    fixed_fields = ("account", "feature", "starts_on")
    asks_why = ("flag", "quantity", "unlimited", "level", "ends_on")
    fieldsets = [
        (None, {"fields": [("account", "feature"), ("starts_on", "ends_on"), "reason"]}),
        (
            "What they may do: one of these",
            {"fields": [("flag", "level"), ("quantity", "unlimited")]},
        ),
    ]
    deletable = False  # ended instead
    empty_hint = "An override lets a customer do more, or less, than their plans say, until a day."

    @display(description="grants")
    def granted(self, row: EntitlementOverride) -> str:
        if row.unlimited:
            return "unlimited"
        if row.quantity is not None:
            return f"{row.quantity.normalize():f} {row.feature.unit}".strip()
        return row.level or ("yes" if row.flag else "no")


class TrialForm(ModelForm):
    """What `start_trial` needs to know."""

    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=3660,
        initial=14,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="How many days they may try it; empty: until it is used up.",
    )

    class Meta:
        model = Trial
        fields = ["account", "feature", "plan", "opportunity", "starts_on", "days", "max_uses"]
        fields += ["is_guided"]

    def _post_clean(self) -> None:
        pass  # the decision checks the row once it knows its end


@admin.register(Trial)
class TrialAdmin(ModelAdmin):
    section = Section.USE
    icon = "hourglass_top"
    menu_place = 9
    form = TrialForm
    list_display = [
        "account",
        "tried",
        "opportunity",
        "starts_on",
        "ends_on",
        "standing",
        "max_uses",
        "is_guided",
    ]
    as_of = "in_force"
    list_filter = [("account", AutocompleteFilter), ("is_guided", BooleanRadioFilter)]
    list_select_related = ["account", "feature", "plan", "opportunity__account"]
    list_select_related += ["opportunity__target_plan"]
    sortable_by = []
    ordering = ["-id"]
    autocomplete_fields = ["account", "feature", "plan", "opportunity"]
    add_fieldsets = [
        (None, {"fields": ["account", ("feature", "plan"), "opportunity"]}),
        ("For how long", {"fields": ["starts_on", ("days", "max_uses"), "is_guided"]}),
    ]
    fieldsets = [
        (None, {"fields": ["account", ("feature", "plan"), "opportunity"]}),
        (
            "For how long",
            {"fields": [("starts_on", "ends_on"), ("max_uses", "uses"), "is_guided"]},
        ),
    ]
    readonly_fields = ["uses"]
    actions_detail = ["end"]
    deletable = False  # it ends
    empty_hint = "Let a customer try a feature or a plan for some days, or some uses."

    def save_model(self, request, obj, form, change):
        trial = start_trial(**{name: form.cleaned_data.get(name) for name in TrialForm.Meta.fields})
        obj.pk = trial.pk
        obj.refresh_from_db()

    def has_change_permission(self, request, obj=None) -> bool:
        return False  # what was agreed stays; it can be ended

    @display(description="tries")
    def tried(self, trial: Trial) -> str:
        return str(trial.thing)

    @display(description="uses so far")
    def uses(self, trial: Trial) -> int:
        return trial.used.count()

    @action(description="End this trial", permissions=["accounts.change_trial"], icon="stop")
    def end(self, request, object_id):
        trial = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=DayForm(request.POST or None),
            title=f"End the trial of {trial.thing}",
            meaning=(
                f"{trial.account} tries {trial.thing} since {trial.starts_on}. From the day you "
                "name they do so no more, and may not again for some months."
            ),
            call=lambda on: end_trial(trial=trial, on=on),
            done=f"The trial of {trial.thing} is ended.",
            back=reverse("admin:accounts_trial_change", args=[trial.pk]),
        )
