"""Signal rules in the admin: kept, tried on past days, evaluated; and what they noticed."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSingleDateWidget

from accounts.admin.columns import link
from accounts.models import Signal, SignalRule, SignalState
from accounts.signals.evaluation import evaluate
from accounts.signals.rehearsal import TooLong, last_month, rehearse
from accounts.signals.source import Family, sources
from config.access.scoping import visible
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from pricing.admin.numbers import ShortNumbers

STATES = {SignalState.FIRED.label: "success", SignalState.SUPPRESSED.label: "warning"}


class FamilyFilter(DropdownFilter):
    title = "family"
    parameter_name = "family"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return Family.choices

    def queryset(self, request, rows):
        return rows.of_family(self.value()) if self.value() in Family.values else rows


class RehearsalForm(forms.Form):
    """Which days, and which rules; by default last month, and all that are active."""

    since = forms.DateField(label="From", widget=UnfoldAdminSingleDateWidget)
    until = forms.DateField(
        label="Up to, not including", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )
    rules = forms.ModelMultipleChoiceField(
        queryset=SignalRule.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen: all that are active.",
    )

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rules"].queryset = visible(SignalRule.objects.all(), actor)


@admin.register(SignalRule)
class SignalRuleAdmin(ModelAdmin):
    section = Section.SELLING
    menu_place = 6
    form = ShortNumbers
    icon = "notifications_active"
    list_display = ["name", "family", "source", "motion", "product", "is_active", "rank"]
    list_filter = [FamilyFilter, ("motion", ChoicesDropdownFilter), "is_active"]
    list_select_related = ["product"]
    search_fields = ["code", "name"]
    sortable_by = ["rank"]
    ordering = ["rank"]
    autocomplete_fields = ["product", "target_plan", "feature"]
    fixed_fields = ("code", "source", "motion", "behaviour")
    fieldsets = [
        (None, {"fields": [("name", "code"), ("is_active", "rank")]}),
        (
            "What is noticed",
            {"fields": [("source", "behaviour"), "feature", ("threshold", "days")]},
        ),
        ("What to offer", {"fields": [("motion", "product"), "target_plan"]}),
        ("When it stays quiet", {"fields": [("cooldown_days", "frequency_days")]}),
    ]
    actions_list = ["rehearse"]
    deletable = False
    empty_hint = "A rule notices that a customer may want more, and opens an opportunity for it."

    @display(description="family")
    def family(self, rule: SignalRule) -> str:
        return Family(rule.family).label if rule.family else ""

    @action(
        description="What would have fired",
        permissions=["accounts.change_signalrule"],
        icon="query_stats",
    )
    def rehearse(self, request):
        form = RehearsalForm(
            request.POST or None, actor=request.user, initial=last_month(timezone.localdate())
        )
        found = None
        if request.method == "POST" and "evaluate" in request.POST:
            if self._may_evaluate(request):
                self._evaluate(request)
                return HttpResponseRedirect(reverse("admin:accounts_signal_changelist"))
        elif request.method == "POST" and form.is_valid():
            found = self._rehearsed(form, request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "What would have fired",
            "form": form,
            "found": found,
            "may_evaluate": self._may_evaluate(request),
            "today": timezone.localdate(),
            "media": self.media + form.media,
            "back": reverse("admin:accounts_signalrule_changelist"),
        }
        return TemplateResponse(request, "accounts/rehearse.html", context)

    def _rehearsed(self, form: RehearsalForm, actor):
        asked = dict(form.cleaned_data)
        chosen = asked.pop("rules") or visible(SignalRule.objects.asked(), actor)
        try:
            return rehearse(rules=list(chosen), **asked)
        except TooLong as refusal:
            form.add_error("until", str(refusal))
            return None

    def _may_evaluate(self, request) -> bool:
        return request.user.has_perm("accounts.add_opportunity")

    def _evaluate(self, request) -> None:
        done = evaluate(on=timezone.localdate())
        opened, quiet = len(done.opened), done.suppressed.total()
        text = f"{opened:,} opportunities opened, {quiet:,} signals suppressed."
        messages.success(request, text if done.is_news else "Nothing new was noticed today.")


class ReasonFilter(DropdownFilter):
    title = "why not"
    parameter_name = "reason"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        rows = visible(Signal.objects.exclude(reason=""), request.user)
        codes = rows.order_by("reason").values_list("reason", flat=True).distinct()
        return [(code, code.replace("_", " ")) for code in codes[:30]]

    def queryset(self, request, rows):
        return rows.filter(reason=self.value()) if self.value() else rows


@admin.register(Signal)
class SignalAdmin(ReadOnly, ModelAdmin):
    section = Section.SELLING
    menu_place = 7
    icon = "sensors"
    list_display = ["account", "rule", "why", "where", "said", "led_to", "on"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ReasonFilter,
        FamilyFilter,
        ("rule", AutocompleteFilter),
        ("account", AutocompleteFilter),
    ]
    list_select_related = ["account", "rule", "opportunity__account", "opportunity__target_plan"]
    sortable_by = ["on"]
    ordering = ["-on", "-id"]
    fields = [
        ("account", "rule"),
        ("on", "occurrence"),
        "why",
        ("value", "grade"),
        ("feature", "product"),
        ("state", "reason"),
        "said",
        "opportunity",
    ]
    empty_hint = "What the signal rules notice is listed here; they are asked every night."

    @display(description="opportunity")
    def led_to(self, signal: Signal) -> str:
        return link(signal.opportunity) if signal.opportunity else ""

    @display(description="what came of it", label=STATES)
    def where(self, signal: Signal) -> str:
        return signal.get_state_display()


def source_of(rule: SignalRule) -> str:
    """What the rule's way to notice is about, in a sentence."""
    return sources[rule.source].meaning if rule.source in sources else ""
