"""Pools, who is away, accounts by name, and everybody's book, in the admin."""

from django.contrib import admin
from django.db.models import Count, Q, Sum
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.models import (
    Absence,
    Assignment,
    Member,
    NamedAccount,
    Pool,
    PoolMember,
)
from accounts.routing.book import book_of
from accounts.routing.world import board_of
from config.access.scoping import visible
from config.admin import asof
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly, TabularInline
from config.admin.panels import panel

MOST = 50


class SeatInline(TabularInline):
    model = PoolMember
    fields = ["position", "member", "weight", "capacity"]
    autocomplete_fields = ["member"]
    ordering_field = "position"
    ordering = ["position"]
    show_change_link = False
    verbose_name_plural = "members: drag them, or number them, in the order of equals"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("member__user", "member__team")


@admin.register(Pool)
class PoolAdmin(ModelAdmin):
    section = Section.OWNERS
    menu_place = 4
    icon = "diversity_3"
    list_display = ["name", "code", "measure", "size"]
    search_fields = ["code", "name"]
    sortable_by = ["code", "name"]
    fixed_fields = ("code",)
    fields = ["name", "code", "measure", "currency"]
    inlines = [SeatInline]
    empty_hint = "A pool is who shares accounts: rules give them to its members in turn."

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(size=Count("members"))

    @display(description="members")
    def size(self, pool: Pool) -> int:
        return pool.size


@panel(
    "accounts.pool",
    title="Capacity board",
    template="accounts/board.html",
    permission="accounts.view_assignment",
    rank=10,
    above=True,
)
def board(request, pool: Pool) -> dict | None:
    """What everybody carries on the day, against what they can and whose turn it is."""
    if not request.user.has_perm("accounts.view_all_account"):
        return None
    on = asof.day(request)[0]
    rows = board_of(pool=pool, on=on)
    return {"pool": pool, "on": on, "rows": rows} if rows else None


@admin.register(Member)
class MemberAdmin(ReadOnly, ModelAdmin):
    section = Section.OWNERS
    menu_place = 2
    menu_title = "Books"
    icon = "contacts"
    list_display = ["user", "team", "role", "starts_on", "ends_on", "book"]
    as_of = "in_force"
    list_filter = [("role", ChoicesDropdownFilter)]
    list_select_related = ["user", "team"]
    search_fields = ["user__email", "user__name", "team__name"]
    sortable_by = []
    ordering = ["team", "user"]
    fields = [("user", "team"), "role", ("starts_on", "ends_on")]
    empty_hint = "Members are added on the page of their team."

    def get_queryset(self, request):
        on = asof.day(request)[0]
        mine = visible(Assignment.objects.in_force(on=on), request.user).values("pk")
        count = Count("assignments__account", Q(assignments__in=mine), distinct=True)
        return super().get_queryset(request).annotate(book=count)

    @display(description="accounts")
    def book(self, member: Member) -> int:
        return member.book


@panel(
    "accounts.member",
    title="Their book",
    template="accounts/book.html",
    permission="accounts.view_assignment",
    rank=10,
    above=True,
)
def book(request, member: Member) -> dict:
    """The accounts that the member owns on the day, the largest first."""
    on = asof.day(request)[0]
    rows = visible(book_of(member=member, on=on), request.user)
    totals = (
        rows.order_by()
        .values("account__currency")
        .annotate(mrr=Sum("mrr"))
        .order_by("account__currency")
    )
    found = list(rows.select_related("account", "product")[: MOST + 1])
    return {
        "on": on,
        "rows": found[:MOST],
        "more": len(found) > MOST,
        "accounts": rows.order_by().values("account").distinct().count(),
        "totals": [(row["mrr"] or 0, row["account__currency"]) for row in totals],
    }


@admin.register(Absence)
class AbsenceAdmin(ModelAdmin):
    section = Section.OWNERS
    menu_place = 5
    icon = "beach_access"
    list_display = ["member", "starts_on", "ends_on"]
    as_of = "in_force"
    list_filter = [("member", AutocompleteFilter)]
    list_select_related = ["member__user", "member__team"]
    autocomplete_fields = ["member"]
    sortable_by = []
    fields = ["member", ("starts_on", "ends_on")]
    empty_hint = "Who is away is given nothing, and keeps what they have."


@admin.register(NamedAccount)
class NamedAccountAdmin(ModelAdmin):
    section = Section.OWNERS
    menu_place = 6
    icon = "stars"
    list_display = ["account", "role", "member", "reason", "starts_on", "ends_on"]
    as_of = "in_force"
    list_filter = [("account", AutocompleteFilter), ("role", ChoicesDropdownFilter)]
    list_select_related = ["account", "member__user", "member__team"]
    autocomplete_fields = ["account", "member"]
    sortable_by = []
    fields = [("account", "role"), "member", "reason", ("starts_on", "ends_on")]
    empty_hint = "Name whose an account is, whatever the rules say, and why."
