"""Subscriptions in the admin: started with their lines, extended line by line, cancelled."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from accounts.admin.lines import LineInline, NewLineInline, SubscriptionForm
from accounts.admin.verbs import TermForm, effects, renewals_moved
from accounts.models import Subscription
from accounts.subscriptions import add, cancel, start
from accounts.terms import change_term
from config.admin.decisions import DayForm, Previewed, decide
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin


@admin.register(Subscription)
class SubscriptionAdmin(ModelAdmin):
    section = Section.CUSTOMERS
    icon = "contract"
    form = SubscriptionForm
    list_display = [
        "code",
        "account",
        "currency",
        "starts_on",
        "ends_on",
        "standing",
        "term_months",
    ]
    as_of = "in_force"
    list_filter = [("account", AutocompleteFilter)]
    list_select_related = ["account"]
    sortable_by = ["code"]
    search_fields = ["code"]
    autocomplete_fields = ["account"]
    fixed_fields = ("code", "account", "currency", "starts_on", "term_months", "ends_on")
    inlines = [LineInline, NewLineInline]
    actions_detail = ["change_term", "cancel"]
    add_fieldsets = [(None, {"fields": [("code", "account"), ("starts_on", "term_months")]})]
    fieldsets = [
        (None, {"fields": [("code", "account"), ("currency", "term_months")]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]
    deletable = False  # cancelled instead
    locks_first = "account"
    menu_place = 1
    empty_hint = "Start a subscription from the page of an account, or import a book."

    def get_inlines(self, request, obj):
        return self.inlines if obj else [NewLineInline]

    def get_formset_kwargs(self, request, obj, inline, prefix):
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, NewLineInline):
            given["form_kwargs"] = {"actor": request.user}
        return given

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        added = [new for formset in formsets for new in formset.extra_forms if new.has_changed()]
        lines = [new.instance for new in added]
        incentives = {n: list(new.cleaned_data["incentives"]) for n, new in enumerate(added)}
        if change:
            for n, line in enumerate(lines):
                add(subscription=form.instance, line=line, incentives=incentives[n])
        else:
            start(subscription=form.instance, lines=lines, incentives=incentives)
        for formset in formsets:  # what the admin's log reads
            formset.new_objects = lines if formset.extra_forms else []
            formset.changed_objects = formset.deleted_objects = []

    @action(
        description="Change the term…",
        permissions=["accounts.change_subscription"],
        icon="date_range",
    )
    def change_term(self, request, object_id):
        subscription, on = self.get_object_or_404(request, object_id), timezone.localdate()
        return decide(
            self,
            request,
            form=TermForm(request.POST or None),
            title=f"Change the term of {subscription}",
            meaning=(
                f"{subscription} is committed for {subscription.term_months} months at a time. "
                "What runs now runs to its end; terms of the new length follow."
            ),
            call=Previewed(
                lambda term_months: change_term(
                    subscription=subscription, term_months=term_months, on=on
                ),
                renewals_moved,
            ),
            done=f"{subscription} has another term.",
            back=reverse("admin:accounts_subscription_change", args=[subscription.pk]),
        )

    @action(description="Cancel", permissions=["accounts.change_subscription"], icon="stop")
    def cancel(self, request, object_id):
        subscription = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=DayForm(request.POST or None),
            title=f"Cancel {subscription}",
            meaning=(
                f"Everything that {subscription.account} still holds under {subscription} ends. "
                "It is not held from the day you name; figures follow at once."
            ),
            call=Previewed(
                lambda on: cancel(subscription=subscription, on=on), effects(subscription)
            ),
            done=f"{subscription} is cancelled.",
            back=reverse("admin:accounts_subscription_change", args=[subscription.pk]),
        )
