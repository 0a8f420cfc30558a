"""Rebalancing in the admin: proposed on a pool's page, approved by somebody else."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSingleDateWidget

from accounts.admin.pool import PoolAdmin
from accounts.models import ProposalState, RebalancingMove, RebalancingProposal
from accounts.routing import proposals
from accounts.routing.book import people_of
from config.admin.additions import add_action
from config.admin.decisions import decide
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly, ReadOnlyInline
from config.admin.panels import panel


def whole(label: str, initial: int, most: int, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        initial=initial,
        min_value=0,
        max_value=most,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=help_text,
    )


class ProposeForm(forms.Form):
    on = forms.DateField(
        label="First day", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )
    tolerance = whole("Tolerance", 10, 100, "How many percent a member may be off their share.")
    recent_days = whole("Recent", 30, 3650, "Who has an account for fewer days keeps it.")
    renewal_days = whole("Renewals", 90, 3650, "An account that renews so soon stays.")


@add_action(PoolAdmin)
@action(
    description="Even out",
    permissions=["accounts.add_rebalancingproposal"],
    icon="balance",
)
def rebalance(self, request, object_id):
    pool = self.get_object_or_404(request, object_id)
    return decide(
        self,
        request,
        form=ProposeForm(request.POST or None),
        title=f"Even out {pool}",
        meaning=(
            "The fewest moves that are found to bring everybody near their share become a "
            "proposal. Nothing moves before somebody else approves it."
        ),
        call=lambda **given: proposals.propose(pool=pool, by=request.user, **given),
        done="It is proposed: find it under Rebalancing.",
        back=reverse("admin:accounts_rebalancingproposal_changelist"),
    )


class MoveInline(ReadOnlyInline):
    model = RebalancingMove
    fields = ["account", "giver", "taker", "load", "outcome"]
    readonly_fields = ["outcome"]
    show_change_link = False
    hide_title = True
    verbose_name_plural = "moves"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related(
            "account", "giver__user", "giver__team", "taker__user", "taker__team"
        )


@admin.register(RebalancingProposal)
class RebalancingProposalAdmin(ReadOnly, ModelAdmin):
    section = Section.OWNERS
    menu_place = 7
    menu_title = "Rebalancing"
    icon = "balance"
    list_display = ["pool", "starts_on", "state", "author", "approver"]
    list_filter = [("state", ChoicesDropdownFilter)]
    list_select_related = ["pool", "author", "approver"]
    sortable_by = []
    inlines = [MoveInline]
    actions_detail = ["approve", "reject"]
    fieldsets = [
        (None, {"fields": [("pool", "starts_on"), ("state", "author", "approver")]}),
        ("What stays", {"fields": [("tolerance", "recent_days", "renewal_days")]}),
    ]
    empty_hint = "Even out a pool from its page: the proposal waits here for somebody else."

    def get_actions_detail(self, request, object_id):
        proposal = self.get_object(request, object_id)
        is_open = proposal and proposal.state == ProposalState.PROPOSED
        return super().get_actions_detail(request, object_id) if is_open else []

    @action(
        description="Approve",
        permissions=["accounts.approve_rebalancingproposal"],
        icon="verified",
    )
    def approve(self, request, object_id):
        proposal = self.get_object_or_404(request, object_id)
        return self._ask(
            request,
            proposal,
            proposals.approve,
            title=f"Approve the rebalancing of {proposal.pool}",
            meaning=(
                f"{proposal.moves.count()} accounts change hands on {proposal.starts_on}; those "
                "that have changed since it was proposed stay. You cannot approve your own."
            ),
            done="It is approved, and the accounts have changed hands.",
        )

    @action(
        description="Reject",
        permissions=["accounts.approve_rebalancingproposal"],
        icon="close",
    )
    def reject(self, request, object_id):
        proposal = self.get_object_or_404(request, object_id)
        return self._ask(
            request,
            proposal,
            proposals.reject,
            title=f"Reject the rebalancing of {proposal.pool}",
            meaning="Everything stays as it is; propose anew whenever you like.",
            done="It is rejected.",
        )

    def _ask(self, request, proposal: RebalancingProposal, decision, **words):
        return decide(
            self,
            request,
            form=forms.Form(request.POST if request.method == "POST" else None),
            call=lambda: decision(proposal=proposal, by=request.user),
            back=reverse("admin:accounts_rebalancingproposal_change", args=[proposal.pk]),
            **words,
        )


@panel(
    "accounts.rebalancingproposal",
    title="Before and after",
    template="accounts/balance.html",
    permission="accounts.view_rebalancingproposal",
    rank=10,
    above=True,
)
def balance(request, proposal: RebalancingProposal) -> dict:
    """What everybody carries, would carry, and why accounts stayed."""
    figures = proposal.figures
    members = people_of(map(int, figures["before"]))
    return {
        "pool": proposal.pool,
        "rows": [
            (members.get(int(key)), before, figures["after"][key])
            for key, before in figures["before"].items()
        ],
        "stayed": sorted(figures["stayed"].items()),
    }
