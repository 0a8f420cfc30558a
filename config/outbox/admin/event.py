"""Events in the admin: looked at."""

import json

from django.contrib import admin
from unfold.decorators import display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from config.outbox.models import Event


@admin.register(Event)
class EventAdmin(ReadOnly, ModelAdmin):
    section = Section.INTEGRATIONS
    menu_place = 2
    icon = "bolt"
    list_display = ["id", "kind", "subject", "created_at"]
    list_filter = ["kind"]
    sortable_by = []
    ordering = ["-id"]
    fields = [("kind", "subject"), "created_at", "facts"]
    readonly_fields = ["kind", "subject", "created_at", "facts"]
    empty_hint = "An event is written with every change that other systems are told of."

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @display(description="payload")
    def facts(self, event: Event) -> str:
        return json.dumps(event.payload, indent=1, ensure_ascii=False)
