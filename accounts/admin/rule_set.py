"""Rule sets in the admin: ranked, rehearsed, activated."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import RoutingRule, RoutingRuleSet, RuleSetState
from accounts.routing.book import people_of
from accounts.routing.rule_sets import activate, draft, gaps_of, next_number
from accounts.routing.simulation import check_size, simulate
from config.admin.decisions import decide
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, StackedInline
from config.admin.panels import panel

SHOWN_IN = {
    "simulate": (RuleSetState.DRAFT, RuleSetState.SIMULATED),
    "activate": (RuleSetState.SIMULATED,),
    "copy": tuple(RuleSetState),
}


class RuleInline(StackedInline):
    """Rules are dragged by their handle, or numbered by hand: the rank is a field like others."""

    model = RoutingRule
    fields = [
        ("rank", "name"),
        ("sets_owner_model", "pool", "member"),
        ("strategy", "sticky", "inherit_from_parent"),
        ("owner_model", "segment", "region"),
        ("motion", "product", "procurement"),
        ("country", "industry"),
        ("employees_from", "employees_to", "deal_from", "deal_below"),
    ]
    autocomplete_fields = ["product", "pool", "member"]
    ordering_field = "rank"
    ordering = ["rank"]
    collapsible = True
    verbose_name_plural = "rules, in the order in which they are asked: drag them, or number them"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("pool", "member__user", "member__team", "product")

    def has_add_permission(self, request, obj=None) -> bool:
        return _is_editable(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_editable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return _is_editable(obj) and super().has_delete_permission(request, obj)


class TitleForm(forms.Form):
    title = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


@admin.register(RoutingRuleSet)
class RoutingRuleSetAdmin(ModelAdmin):
    section = Section.OWNERS
    menu_place = 3
    menu_title = "Routing rules"
    icon = "alt_route"
    list_display = ["title", "number", "standing", "simulated_on", "activated_on", "author"]
    list_filter = [("state", ChoicesDropdownFilter)]
    list_select_related = ["author"]
    search_fields = ["title"]
    sortable_by = ["number"]
    fixed_fields = ("number", "state", "author", "activated_by")
    inlines = [RuleInline]
    actions_detail = ["simulate", "activate", "copy"]
    fieldsets = [
        (None, {"fields": ["title", ("currency", "small_below", "large_from")]}),
    ]
    empty_hint = (
        "Draft rules, simulate them on every account, then activate them. End with one that is "
        "for every account."
    )

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_editable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return _is_editable(obj) and super().has_delete_permission(request, obj)

    def get_actions_detail(self, request, object_id):
        rules = self.get_object(request, object_id)
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if rules and rules.state in SHOWN_IN[each.action_name.rpartition("_")[2]]
        ]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.author, obj.number = request.user, next_number()
        super().save_model(request, obj, form, change)

    @display(
        description="state",
        ordering="state",
        label={"Active": "success", "Simulated": "info", "Draft": "warning"},
    )
    def standing(self, rules: RoutingRuleSet) -> str:
        return rules.get_state_display()

    @action(
        description="Simulate", permissions=["accounts.simulate_routingruleset"], icon="science"
    )
    def simulate(self, request, object_id):
        rules = self.get_object_or_404(request, object_id)

        def call() -> None:
            check_size()
            simulate(rule_set=rules, on=timezone.localdate())

        return self._ask(
            request,
            rules,
            call=call,
            title=f"Simulate “{rules.title}”",
            meaning=(
                "Every account is routed by these rules as it is today, from copies of the queues: "
                "nothing changes hands. What would is on the page of the rules afterwards."
            ),
            done="It is simulated: see below what would change.",
        )

    @action(
        description="Activate",
        permissions=["accounts.activate_routingruleset"],
        icon="rocket_launch",
    )
    def activate(self, request, object_id):
        rules = self.get_object_or_404(request, object_id)
        report = rules.report or {}
        return self._ask(
            request,
            rules,
            call=lambda: activate(rule_set=rules, by=request.user, on=timezone.localdate()),
            title=f"Activate “{rules.title}”",
            meaning=(
                "From now on these rules decide, instead of those that do; owners change when "
                "accounts are routed, not by this. Its simulation routed "
                f"{report.get('accounts', 0):,} accounts and would have moved "
                f"{report.get('moved', 0):,} of them."
            ),
            done=f"“{rules.title}” decides from now on.",
        )

    @action(
        description="Draft the next",
        permissions=["accounts.add_routingruleset"],
        icon="content_copy",
    )
    def copy(self, request, object_id):
        rules = self.get_object_or_404(request, object_id)
        form = TitleForm(_sent(request), initial={"title": rules.title})
        return self._ask(
            request,
            rules,
            form=form,
            call=lambda title: draft(title=title, by=request.user, copy=rules),
            title=f"Draft the next of “{rules.title}”",
            meaning="A new draft begins with these rules; they stay as they are.",
            done="The draft is there: find it on top of the list.",
        )

    def _ask(self, request, rules: RoutingRuleSet, *, call, form=None, **words):
        return decide(
            self,
            request,
            form=form or forms.Form(_sent(request)),
            call=call,
            back=reverse("admin:accounts_routingruleset_change", args=[rules.pk]),
            **words,
        )


@panel(
    "accounts.routingruleset",
    title="What keeps it from being activated",
    template="accounts/gaps.html",
    permission="accounts.view_routingruleset",
    rank=5,
    above=True,
)
def gaps(request, rules: RoutingRuleSet) -> dict | None:
    """Why an account could be left without an owner; of the active rules, too."""
    if rules.state == RuleSetState.ARCHIVED:
        return None
    found = list(gaps_of(rules, on=timezone.localdate()))
    return {"gaps": found} if found else None


@panel(
    "accounts.routingruleset",
    title="Simulation",
    template="accounts/simulation.html",
    permission="accounts.view_routingruleset",
    rank=10,
    above=True,
)
def simulation(request, rules: RoutingRuleSet) -> dict | None:
    """Before and after of every member, and which rules do nothing."""
    if not rules.report:
        return None
    report = rules.report
    ids = {row["member"] for row in report["members"]}
    for each in (*report["moved_accounts"], *report["flows"]):
        ids |= {each["from"], each["to"]}
    members = people_of(ids)
    most = max(
        (max(r["accounts_before"], r["accounts_after"]) for r in report["members"]), default=0
    )
    return {
        "report": report,
        "stale": rules.state == RuleSetState.DRAFT,
        "rows": [
            {
                **row,
                "who": members.get(row["member"]),
                "bar_before": 100 * row["accounts_before"] / (most or 1),
                "bar_after": 100 * row["accounts_after"] / (most or 1),
                "change": row["accounts_after"] - row["accounts_before"],
            }
            for row in report["members"]
        ],
        "moved": [
            {**row, "giver": members.get(row["from"]), "taker": members.get(row["to"])}
            for row in report["moved_accounts"]
        ],
        "verdicts": [row for row in report["rules"] if row["verdict"] != "used"],
    }


def _is_editable(rules: RoutingRuleSet | None) -> bool:
    return rules is None or rules.is_editable


def _sent(request) -> dict | None:
    """What a form was sent, which may be nothing; None while it is only looked at."""
    return request.POST if request.method == "POST" else None
