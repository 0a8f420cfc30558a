"""The calendar of what becomes effective: a page beside the list of releases, a panel at home."""

from datetime import timedelta

from django import forms
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import HOME, panel
from pricing.calendar import Entry, Span, coming, entries
from pricing.models import PriceBook

DAYS, MOST_AT_HOME = 366, 8
SOON = timedelta(days=90)


class SpanForm(forms.Form):
    """The days and the book asked about."""

    since = forms.DateField(required=False, widget=UnfoldAdminSingleDateWidget)
    until = forms.DateField(required=False, widget=UnfoldAdminSingleDateWidget)
    book = forms.ModelChoiceField(
        queryset=PriceBook.objects.order_by("name"),
        required=False,
        empty_label="every book",
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = visible(self.fields["book"].queryset, actor)

    def clean(self) -> dict:
        given = super().clean()
        if given.get("since") and given.get("until") and given["until"] <= given["since"]:
            self.add_error("until", "The last day comes after the first.")
        return given


class Calendar:
    """The page of the calendar, for whoever sees releases."""

    @action(
        description="Calendar",
        permissions=["pricing.view_pricerelease", "pricing.view_price"],
        icon="calendar_month",
    )
    def calendar(self, request):
        form = SpanForm(request.GET, actor=request.user)
        given = form.cleaned_data if form.is_valid() else {}
        since = given.get("since") or timezone.localdate()
        until = given.get("until") or min(since, asof.LAST - timedelta(DAYS)) + timedelta(DAYS)
        found = entries(Span(since, until, request.user, given.get("book")))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What becomes effective",
            "form": form,
            "media": self.media + form.media,
            "since": since,
            "until": until,
            "entries": [shown(entry) for entry in found],
        }
        return TemplateResponse(request, "pricing/calendar.html", context)


def shown(entry: Entry) -> dict:
    """An entry with the page of its row."""
    meta = entry.row._meta
    page = f"admin:{meta.app_label}_{meta.model_name}_change"
    return {
        "on": entry.on,
        "kind": coming[entry.kind].name,
        "sentence": entry.sentence,
        "page": reverse(page, args=[entry.row.pk]),
    }


@panel(
    HOME,
    title="Becomes effective",
    template="pricing/coming.html",
    permission="pricing.view_pricerelease",
    rank=25,
)
def becoming(request, obj=None) -> dict | None:
    """The next things that become effective within 90 days, and the way to all of them."""
    on = asof.day(request)[0]
    found = entries(Span(on, on + SOON, request.user))
    if not found:
        return None
    return {
        "entries": [shown(entry) for entry in found[:MOST_AT_HOME]],
        "more": len(found) - MOST_AT_HOME,
        "calendar": reverse("admin:pricing_pricerelease_calendar"),
    }
