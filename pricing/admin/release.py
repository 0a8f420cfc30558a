"""Releases of prices in the admin: drafted with their lines, reviewed, published."""

from django import forms
from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from config.admin.decisions import decide
from config.admin.filters import AutocompleteFilter
from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from portfolio.models import Motion
from pricing import publication
from pricing.admin.calendar import Calendar
from pricing.admin.numbers import ShortNumbers
from pricing.models import Price, PriceRelease, ReleaseState

SHOWN_IN = {
    "submit": (ReleaseState.DRAFT,),
    "approve": (ReleaseState.IN_REVIEW,),
    "reject": (ReleaseState.IN_REVIEW, ReleaseState.APPROVED),
    "publish": (ReleaseState.APPROVED,),
    "cancel": tuple(state for state in ReleaseState if state != ReleaseState.CANCELLED),
}


class ReleaseForm(ModelForm):
    motions = forms.MultipleChoiceField(
        choices=Motion.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="The motions that these prices help or hinder.",
    )


class SeenForm(forms.Form):
    """The content that its approver has seen."""

    content_hash = forms.CharField(widget=forms.HiddenInput, required=False)


class ReasonForm(forms.Form):
    """Why; it stays on the release."""

    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget)


class LineInline(TabularInline):
    model = Price
    form = ShortNumbers
    hide_title = True
    fields = [
        "charge",
        "currency",
        "interval",
        "model",
        "flat_amount",
        "unit_amount",
        "included_units",
        "package_size",
        "credits",
        "is_end",
    ]
    autocomplete_fields = ["charge"]
    verbose_name = "price"
    verbose_name_plural = "prices: bands of graduated and volume prices are on a price's own page"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("charge__plan", "book")

    def has_add_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


@admin.register(PriceRelease)
class PriceReleaseAdmin(Calendar, ModelAdmin):
    section = Section.PRICES
    menu_place = 2
    icon = "edit_calendar"
    form = ReleaseForm
    list_display = ["title", "book", "effective_on", "state", "author", "approver"]
    list_filter = [("book", AutocompleteFilter), ("state", ChoicesDropdownFilter)]
    list_select_related = ["book", "author", "approver"]
    search_fields = ["title"]
    autocomplete_fields = ["book", "policy"]
    fixed_fields = ("book", "state", "author", "submitter", "approver", "note")
    inlines = [LineInline]
    actions_list = ["calendar"]
    actions_detail = ["submit", "approve", "reject", "publish", "cancel"]
    locks_first = "book"
    add_fieldsets = fieldsets = [
        (
            None,
            {
                "fields": [
                    ("title", "book"),
                    ("effective_on", "existing_treatment"),
                    "policy",
                    "motions",
                ]
            },
        ),
    ]
    empty_hint = "Draft the change of prices to one book; somebody else approves it."

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("book", "policy", "author", "submitter", "approver")
        )

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        draft = obj is None or obj.state == ReleaseState.DRAFT
        return draft and super().has_delete_permission(request, obj)

    def get_actions_detail(self, request, object_id):
        release = self.get_object(request, object_id)
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if release and release.state in SHOWN_IN[each.action_name.rpartition("_")[2]]
        ]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        before = form.instance.state
        form.instance.refresh_from_db()
        if form.instance.state != before:
            messages.warning(request, "It was submitted before: it is a draft again.")

    def _ask(self, request, object_id, *, verb: str, meaning: str, done: str, form=None, **facts):
        release = self.get_object_or_404(request, object_id)
        decision = getattr(publication, verb)
        return decide(
            self,
            request,
            form=form or forms.Form(_sent(request)),
            title=f"{verb.capitalize()} “{release}”",
            meaning=meaning.format(
                book=release.book, day=release.effective_on, lines=release.lines.count()
            ),
            call=lambda **given: decision(release=release, by=request.user, **facts, **given),
            done=done.format(release=release),
            back=reverse("admin:pricing_pricerelease_change", args=[release.pk]),
        )

    @action(description="Submit", permissions=["pricing.change_pricerelease"], icon="send")
    def submit(self, request, object_id):
        return self._ask(
            request,
            object_id,
            verb="submit",
            meaning=(
                "Somebody else reviews {lines} lines of {book}, effective on {day}. Any edit "
                "after this makes it a draft again."
            ),
            done="“{release}” is in review.",
        )

    @action(description="Approve", permissions=["pricing.approve_pricerelease"], icon="verified")
    def approve(self, request, object_id):
        release = self.get_object_or_404(request, object_id)
        return self._ask(
            request,
            object_id,
            verb="approve",
            form=SeenForm(_sent(request), initial={"content_hash": release.content_hash}),
            meaning=(
                "You approve {lines} lines of {book}, effective on {day}, exactly as they are now. "
                "They bind nobody until they are published."
            ),
            done="“{release}” is approved.",
        )

    @action(description="Send back", permissions=["pricing.approve_pricerelease"], icon="undo")
    def reject(self, request, object_id):
        return self._ask(
            request,
            object_id,
            verb="reject",
            form=ReasonForm(_sent(request)),
            meaning="It becomes a draft again, and its author reads why.",
            done="“{release}” was sent back.",
        )

    @action(
        description="Publish", permissions=["pricing.publish_pricerelease"], icon="rocket_launch"
    )
    def publish(self, request, object_id):
        return self._ask(
            request,
            object_id,
            verb="publish",
            meaning=(
                "{lines} lines of {book} apply from {day} on; the prices before them end on that "
                "day. They are never edited afterwards: another release changes them."
            ),
            done="“{release}” is published.",
            on=timezone.localdate(),
            may_correct=request.user.has_perm("pricing.correct_pricerelease"),
        )

    @action(description="Cancel", permissions=["pricing.publish_pricerelease"], icon="cancel")
    def cancel(self, request, object_id):
        return self._ask(
            request,
            object_id,
            verb="cancel",
            form=ReasonForm(_sent(request)),
            meaning=(
                "{lines} lines of {book} will not apply on {day}, and the prices before them go "
                "on. A release that is in force already cannot be cancelled."
            ),
            done="“{release}” is cancelled.",
            on=timezone.localdate(),
        )


def _is_open(release: PriceRelease | None) -> bool:
    return release is None or release.is_open


def _sent(request) -> dict | None:
    """What a form was sent, which may be nothing; None while it is only looked at."""
    return request.POST if request.method == "POST" else None
