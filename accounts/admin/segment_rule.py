"""Rules that put accounts into segments, in the admin: kept, previewed, carried out."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldBooleanWidget

from accounts.models import SegmentRule
from accounts.segmentation import StalePreview, preview, reclassify
from config.admin.formatting import minor
from config.admin.navigation import Section
from config.admin.options import ModelAdmin


class ReclassifyForm(forms.Form):
    """From which day on, and for whom; `content_hash` is of the preview that is on the page."""

    on = forms.DateField(
        label="From this day on", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )
    including_imported = forms.BooleanField(
        label="Imported segments too",
        required=False,
        widget=UnfoldBooleanWidget,
        help_text="Else whoever came with a segment keeps it. By hand always wins.",
    )
    content_hash = forms.CharField(required=False, widget=forms.HiddenInput)


@admin.register(SegmentRule)
class SegmentRuleAdmin(ModelAdmin):
    section = Section.CUSTOMERS
    icon = "rule"
    menu_place = 5
    list_display = [
        "rank",
        "segment",
        "country",
        "industry",
        "employees_from",
        "employees_to",
        "procurement_required",
    ]
    list_filter = [("segment", RelatedDropdownFilter)]
    list_select_related = ["segment"]
    sortable_by = []
    ordering = ["rank"]
    autocomplete_fields = ["segment"]
    fieldsets = [
        (None, {"fields": [("rank", "segment")]}),
        (
            "Whom it fits: what is empty fits anybody",
            {
                "fields": [
                    ("country", "industry"),
                    ("employees_from", "employees_to"),
                    "procurement_required",
                ]
            },
        ),
    ]
    actions_list = ["reclassify"]
    empty_hint = "The first rule that fits an account says its segment. Add the most special first."

    @action(
        description="Put accounts where the rules say",
        permissions=["accounts.add_accountprofile"],
        icon="group_work",
    )
    def reclassify(self, request):
        form = ReclassifyForm(request.POST or None, initial={"on": timezone.localdate()})
        seen = None
        if request.method == "POST" and form.is_valid():
            asked = dict(form.cleaned_data)
            wanted = asked.pop("content_hash")
            if wanted and "apply" in request.POST and self._applied(request, asked, wanted):
                return HttpResponseRedirect(reverse("admin:accounts_accountprofile_changelist"))
            seen = preview(**asked)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "Put accounts where the rules say",
            "form": form,
            "seen": seen,
            "moves": [(move, minor(move.mrr, move.currency)) for move in seen.moves]
            if seen
            else [],
            "media": self.media + form.media,
            "back": reverse("admin:accounts_segmentrule_changelist"),
        }
        return TemplateResponse(request, "accounts/reclassify.html", context)

    def _applied(self, request, asked: dict, content_hash: str) -> bool:
        try:
            done = reclassify(**asked, content_hash=content_hash)
        except StalePreview as stale:
            messages.error(request, str(stale))
            return False
        messages.success(request, f"{done.moved:,} accounts are where the rules say.")
        return True
