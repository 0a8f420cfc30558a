"""Whose an account would be by the rules, why it is theirs, and who had it before."""

from uuid import uuid4

from django import forms
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from accounts.admin.account import AccountAdmin
from accounts.models import Account, Assignment, RoutingDecision
from accounts.routing.assigning import assign_by_rules, explain, question_of
from accounts.routing.book import people_of
from accounts.routing.tracing import named
from config.access.scoping import visible
from config.admin import asof
from config.admin.additions import add_action
from config.admin.decisions import decide
from config.admin.filters import AutocompleteFilter
from config.admin.formatting import minor
from config.admin.forms import MinorField
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from config.admin.panels import HOME, panel
from config.errors import DomainError
from config.money import from_minor
from portfolio.models import Motion, Product

MOST_COUNTED = 1000
LARGEST_DEAL = 10**15  # minor units


class AskForm(forms.Form):
    """For what an owner is looked for; empty, for the account as such."""

    motion = forms.ChoiceField(
        choices=[("", "not said"), *Motion.choices], required=False, widget=UnfoldAdminSelectWidget
    )
    product = forms.ModelChoiceField(
        None, required=False, empty_label="the whole account", widget=UnfoldAdminSelectWidget
    )
    on = forms.DateField(
        label="First day",
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text="YYYY-MM-DD; empty: today.",
    )

    field_order = ["motion", "product", "expected_mrr", "on"]

    def __init__(self, *args, actor, currency: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        rows = visible(Product.objects.select_related("portfolio"), actor)
        self.fields["product"].queryset = rows
        self.fields["expected_mrr"] = MinorField(
            currency=currency,
            label="Size of the deal",
            min_value=0,
            max_value=from_minor(LARGEST_DEAL, currency),
            required=False,
            help_text=f"A month, in {currency}; empty: what the account pays.",
        )
        self.order_fields(self.field_order)

    def question(self):
        asked = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None)
        }
        return question_of(on=asked.pop("on", None) or timezone.localdate(), **asked)


def readable(trace: list[dict]) -> list[dict]:
    """The steps with the names that members have now."""
    texts = [step[part] for step in trace for part in ("considered", "reason")]
    told = iter(named(texts))
    return [{**step, "considered": next(told), "reason": next(told)} for step in trace]


@add_action(AccountAdmin)
@action(
    description="Who would get it?",
    permissions=["accounts.view_routingdecision"],
    icon="help",
)
def whose(self, request, object_id):
    """The rules in force, asked about this account."""
    account = self.get_object_or_404(request, object_id)
    form = AskForm(request.GET or None, actor=request.user, currency=account.currency)
    steps, found, problem = [], None, ""
    if request.GET and form.is_valid():
        try:
            explained = explain(account=account, question=form.question())
        except DomainError as refusal:
            problem = str(refusal)
        else:
            steps, pick = readable(explained.trace), explained.outcome.pick
            found = pick and people_of([pick.member])[pick.member]
    context = {
        **self.admin_site.each_context(request),
        "opts": self.opts,
        "title": f"Who would get {account}?",
        "media": self.media + form.media,
        "form": form,
        "steps": steps,
        "found": found,
        "problem": problem,
        "back": reverse("admin:accounts_account_change", args=[account.pk]),
    }
    return TemplateResponse(request, "accounts/whose.html", context)


@add_action(AccountAdmin)
@action(
    description="Route by the rules",
    permissions=["accounts.add_routingdecision"],
    icon="alt_route",
)
def route(self, request, object_id):
    account = self.get_object_or_404(request, object_id)
    form = AskForm(request.POST or None, actor=request.user, currency=account.currency)

    def call(**_) -> None:
        assign_by_rules(
            account=account, question=form.question(), key=f"admin:{uuid4()}", by=request.user
        )

    return decide(
        self,
        request,
        form=form,
        title=f"Route {account}",
        meaning=(
            "The rules in force find its owner, and it is theirs from the day you name. The "
            "decision and every step of it are kept."
        ),
        call=call,
        done=f"{account} is routed: see who looks after it, and why.",
        back=reverse("admin:accounts_account_change", args=[account.pk]),
    )


@admin.register(RoutingDecision)
class RoutingDecisionAdmin(ReadOnly, ModelAdmin):
    section = Section.OWNERS
    menu_place = 8
    menu_title = "Decisions"
    icon = "fact_check"
    list_display = ["account", "member", "role", "how", "owner_model", "starts_on", "made_at"]
    list_filter = [
        ("account", AutocompleteFilter),
        ("how", ChoicesDropdownFilter),
        ("owner_model", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "member__user", "member__team"]
    sortable_by = []
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": [("account", "product"), ("member", "role"), ("how", "owner_model")]}),
        (
            "Asked",
            {"fields": [("motion", "deal_size"), ("starts_on", "rule_set"), "rule"]},
        ),
        ("Made", {"fields": [("made_at", "made_by")]}),
    ]
    readonly_fields = ["deal_size"]
    empty_hint = "Once a rule set is active, accounts are routed from their pages or over REST."

    @admin.display(description="Size of the deal, a month")
    def deal_size(self, decision: RoutingDecision) -> str:
        return minor(decision.expected_mrr, decision.account.currency)


@panel(
    "accounts.routingdecision",
    title="Every step",
    template="accounts/steps.html",
    permission="accounts.view_routingdecision",
    rank=10,
    above=True,
)
def steps(request, decision: RoutingDecision) -> dict:
    """How it was decided, then."""
    return {"steps": readable(decision.trace)}


@panel(
    "accounts.account",
    title="Why this owner",
    template="accounts/why_owner.html",
    permission="accounts.view_routingdecision",
    rank=21,
    above=True,
)
def why(request, account: Account) -> dict | None:
    """The last decision about the account, step by step."""
    rows = visible(RoutingDecision.objects.filter(account=account), request.user)
    decision = rows.select_related("member__user", "member__team", "rule").first()
    return decision and {"decision": decision, "steps": readable(decision.trace)}


@panel(
    "accounts.account",
    title="Hand-over history",
    template="accounts/handovers.html",
    permission="accounts.view_assignment",
    rank=90,
)
def handovers(request, account: Account) -> dict | None:
    """Everybody who has owned it, the last first, and how they came to; up to a day named."""
    rows = visible(Assignment.objects.filter(account=account), request.user)
    if asof.is_asked(request):
        rows = rows.filter(starts_on__lte=asof.day(request)[0])
    rows = rows.select_related("member__user", "member__team", "product", "decision")
    found = list(rows.order_by("-starts_on", "-id")[:50])
    return {"rows": found} if found else None


@panel(
    HOME,
    title="Waiting for an owner",
    template="admin/waiting.html",
    permission="accounts.add_routingdecision",
    rank=6,
)
def unrouted(request, _obj) -> dict | None:
    """Accounts that nobody looks after."""
    rows = visible(Account.objects.looked_after_by_nobody(on=timezone.localdate()), request.user)
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    if not count:
        return None
    shown = f"over {MOST_COUNTED:,}" if count > MOST_COUNTED else count
    page = reverse("admin:accounts_account_changelist")
    return {"tasks": [(shown, "accounts have no owner", f"{page}?owner=nobody")]}
