"""Every event in one list: searched, filtered, exported, and never edited."""

import re

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeDateFilter
from unfold.decorators import display

from config.admin.history import told
from config.admin.navigation import Section
from config.admin.options import ChangeList, ModelAdmin, ReadOnly
from config.audit.actors import references
from config.audit.coverage import audited_tables, models_by_table
from config.audit.export import as_csv
from config.audit.models import Event
from config.audit.scope import visible_tables

NUMBER = re.compile(r"[0-9]{1,18}")


class TableFilter(DropdownFilter):
    """By what the rows of a table are called."""

    title = "what"
    parameter_name = "table"

    def lookups(self, request, model_admin):
        models = models_by_table()
        tables = visible_tables(request.user)
        labels = [(table, capfirst(models[table]._meta.verbose_name)) for table in tables]
        return sorted(labels, key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        return queryset.filter(table_name=self.value()) if self.value() else queryset


class EventList(ChangeList):
    """A page of events, told in words with a few queries for all of them."""

    def get_results(self, request) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        for each in told(self.result_list, request.user):
            each["event"].told = each


@admin.register(Event)
class EventAdmin(ReadOnly, ModelAdmin):
    section = Section.AUDIT
    icon = "history"
    list_display = ["when", "who", "operation", "what", "changes", "reason", "door"]
    list_display_links = ["when"]
    list_filter = [
        TableFilter,
        ("operation", ChoicesDropdownFilter),
        ("door", ChoicesDropdownFilter),
        ("at", RangeDateFilter),
    ]
    search_fields = ["reason"]
    search_help_text = "An e-mail, a key's prefix, a row's number, a request, words of a reason"
    sortable_by = []
    list_before_template = "audit/export.html"
    change_form_template = "audit/page.html"
    fields = ["when"]
    readonly_fields = ["when"]
    empty_hint = "Every change of every row will be listed here."

    def get_changelist(self, request, **kwargs):
        return EventList

    def get_urls(self):
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="audit_event_export"), *super().get_urls()]

    def export(self, request):
        """The list as it is filtered, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return as_csv(self.get_changelist_instance(request).queryset)

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()
        return (queryset.filter(_about(text)) if text else queryset), False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST":  # refused, whether there is such an event or not
            return super().changeform_view(request, object_id, form_url, extra_context)
        event = self.get_object_or_404(request, object_id)
        context = {"each": told([event], request.user)[0], **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def get_queryset(self, request) -> QuerySet:
        return super().get_queryset(request).order_by("-id")

    @display(description="when")
    def when(self, event: Event) -> str:
        at = f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"
        return format_html('<span class="whitespace-nowrap">{}</span>', at)

    @display(description="who")
    def who(self, event: Event) -> str:
        return event.told["who"]

    @display(description="what")
    def what(self, event: Event) -> str:
        model = models_by_table().get(event.table_name)
        subject = f"{event.told['subject']} {event.row_id or ''}".strip()
        if model not in self.admin_site._registry or not event.row_id or event.operation == "D":
            return subject
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}_history"
        return format_html(
            '<a class="pt-link" href="{}">{}</a>', reverse(page, args=[event.row_id]), subject
        )

    @display(description="changes")
    def changes(self, event: Event) -> str:
        if event.operation != "U":
            return event.told["sentence"]
        return "; ".join(
            f"{change.label}: {change.before} → {change.after}" for change in event.told["changes"]
        )


def _about(text: str) -> Q:
    exact, beginning = references(text)
    found = Q(actor=exact) | Q(request_id=text) | Q(reason__icontains=text)
    if beginning != exact:
        found |= Q(actor__startswith=beginning)
    if NUMBER.fullmatch(text):
        found |= Q(row_id=int(text), table_name__in=audited_tables())  # as the index has it
    return found
