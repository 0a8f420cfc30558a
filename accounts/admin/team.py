"""Teams and who is in them, in the admin."""

from django.contrib import admin

from accounts.models import Member, Team
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline


class MemberInline(TabularInline):
    model = Member
    fields = ["user", "role", "starts_on", "ends_on"]
    autocomplete_fields = ["user"]
    verbose_name_plural = "members: those who leave get a last day, and are kept"
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "team")


@admin.register(Team)
class TeamAdmin(ModelAdmin):
    section = Section.OWNERS
    menu_place = 1
    icon = "groups"
    list_display = ["name", "code"]
    search_fields = ["code", "name"]
    fixed_fields = ("code",)
    fields = ["name", "code"]
    inlines = [MemberInline]
    empty_hint = "A team is who shares work; its managers see what its members look after."
