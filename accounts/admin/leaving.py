"""Taking less, in the admin: what it would cost a customer, what they did, and why."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from accounts.admin.subscription import SubscriptionAdmin
from accounts.downgrades import Impact, decided, impact, show
from accounts.models import (
    DowngradeReminder,
    ReminderOutcome,
    Subscription,
    SubscriptionFeedback,
)
from config.access.scoping import visible
from config.admin.additions import add_action
from config.admin.decisions import decide
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from config.admin.refusals import sentence
from config.errors import DomainError
from pricing.models import Plan, PlanKind


class WhatIfForm(forms.Form):
    """Which tier instead; none: they leave."""

    to = forms.ModelChoiceField(
        queryset=Plan.objects.none(),
        label="What they would take instead",
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Empty: nothing at all.",
    )

    def __init__(self, *args, subscription: Subscription, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        held = subscription.lines.standing().values("product")
        tiers = visible(Plan.objects.filter(kind=PlanKind.TIER, product__in=held), actor)
        self.fields["to"].queryset = tiers.order_by("code")


@add_action(SubscriptionAdmin)
@action(
    description="If they take less",
    permissions=["accounts.view_downgradereminder"],
    icon="trending_down",
)
def take_less(self, request, object_id):
    subscription = self.get_object_or_404(request, object_id)
    form = WhatIfForm(request.POST or None, subscription=subscription, actor=request.user)
    found = _asked(form, subscription) if request.method == "POST" and form.is_valid() else None
    if found and "shown" in request.POST:
        reminder = show(found=found)
        messages.success(request, "It is kept that they were shown this.")
        page = reverse("admin:accounts_downgradereminder_change", args=[reminder.pk])
        return HttpResponseRedirect(page)
    context = {
        **self.admin_site.each_context(request),
        "opts": self.model._meta,
        "title": f"If {subscription.account} takes less",
        "form": form,
        "found": found,
        "media": self.media + form.media,
        "back": reverse("admin:accounts_subscription_change", args=[subscription.pk]),
    }
    return TemplateResponse(request, "accounts/take_less.html", context)


def _asked(form: WhatIfForm, subscription: Subscription) -> Impact | None:
    try:
        to_plan, on = form.cleaned_data["to"], timezone.localdate()
        return impact(subscription=subscription, to_plan=to_plan, on=on)
    except DomainError as refusal:
        form.add_error("to", sentence(refusal))
        return None


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=ReminderOutcome.choices, label="They", widget=UnfoldAdminSelectWidget
    )
    on = forms.DateField(label="On", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD")


@admin.register(DowngradeReminder)
class DowngradeReminderAdmin(ReadOnly, ModelAdmin):
    section = Section.USE
    icon = "trending_down"
    menu_place = 10
    list_display = ["subscription", "to_plan", "shown_on", "outcome", "decided_on"]
    list_filter = [
        ("subscription", AutocompleteFilter),
        ("outcome", ChoicesDropdownFilter),
    ]
    list_select_related = ["subscription", "to_plan"]
    sortable_by = []
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": [("subscription", "to_plan"), "shown_on"]}),
        ("What they were shown", {"fields": ["features_lost", "limits_exceeded"]}),
        ("What they did", {"fields": [("outcome", "decided_on")]}),
    ]
    actions_detail = ["decide"]
    empty_hint = "Ask on the page of a subscription what a customer would lose by taking less."

    @action(
        description="What they did", permissions=["accounts.change_downgradereminder"], icon="flag"
    )
    def decide(self, request, object_id):
        reminder = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=OutcomeForm(request.POST or None, initial={"on": timezone.localdate()}),
            title=f"What {reminder.subscription.account} did",
            meaning="Kept for good: whether the reminder helped is told from these answers.",
            call=lambda outcome, on: decided(reminder=reminder, outcome=outcome, on=on),
            done="It is kept.",
            back=reverse("admin:accounts_downgradereminder_change", args=[reminder.pk]),
        )


@admin.register(SubscriptionFeedback)
class SubscriptionFeedbackAdmin(ModelAdmin):
    section = Section.USE
    icon = "rate_review"
    menu_place = 11
    menu_title = "Why they leave"
    list_display = ["account", "kind", "reason", "given_on", "subscription"]
    list_filter = [
        ("account", AutocompleteFilter),
        ("kind", ChoicesDropdownFilter),
        ("reason", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "subscription"]
    sortable_by = []
    ordering = ["-id"]
    autocomplete_fields = ["account", "subscription", "missing"]
    fixed_fields = ("account",)
    fieldsets = [
        (None, {"fields": [("account", "subscription"), ("kind", "given_on")]}),
        ("Why", {"fields": ["reason", "missing", "text"]}),
    ]
    deletable = False
    empty_hint = "Ask who leaves or takes less for the reason, and what they missed."
