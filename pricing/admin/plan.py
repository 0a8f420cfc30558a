"""All plans together: found here, kept in the section of their kind; and two of them compared."""

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from config.access.scoping import visible
from config.admin import asof
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from portfolio.admin.product import STATUS_COLOURS, StatusFilter
from pricing.admin.links import page_of
from pricing.comparison import Difference, diff
from pricing.models import Plan
from pricing.offers import list_prices

SEES = ["pricing.view_plan", "pricing.view_entitlement"]


class OtherForm(forms.Form):
    """Which plan to compare with, among those of the same portfolio."""

    to = forms.ModelChoiceField(None, label="Compare with", widget=UnfoldAdminSelectWidget)

    def __init__(self, *args, plan: Plan, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        home = plan.portfolio or plan.product.portfolio
        others = visible(Plan.objects.of_portfolio(home.code), actor).exclude(pk=plan.pk)
        self.fields["to"].queryset = others.order_by("name")


class Standing:
    """A list of plans with where each stands in its life on a day."""

    as_of = True

    @display(description="status", label=STATUS_COLOURS)
    def status(self, plan: Plan) -> str:
        return plan.status(on=plan.shown_on).label


@admin.register(Plan)
class PlanAdmin(ReadOnly, Standing, ModelAdmin):
    section = Section.PLANS
    menu_place = 6
    menu_title = "All plans"
    icon = "list_alt"
    list_display = ["name", "code", "kind", "product", "portfolio", "status", "available_from"]
    list_filter = [
        StatusFilter,
        ("kind", ChoicesDropdownFilter),
        ("product", AutocompleteFilter),
        ("is_public", BooleanRadioFilter),
    ]
    list_select_related = ["product", "portfolio"]
    search_fields = ["code", "name"]
    actions_detail = ["compare"]
    fields = ["name", "code", "kind", "product", "portfolio"]
    empty_hint = "Add plans in the section of their kind: tiers, add-ons, bundles."

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Each plan is kept on the page of its kind."""
        plan = self.get_object(request, object_id)
        if plan is None or request.method != "GET" or not self.has_view_permission(request, plan):
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(page_of(plan))

    @action(description="Compare with another plan", permissions=SEES, icon="compare_arrows")
    def compare(self, request, object_id):
        """What changes for who moves from this plan to another one."""
        plan = self.get_object_or_404(request, object_id)
        on, problem = asof.day(request)
        asked = request.GET if "to" in request.GET else None
        form = OtherForm(asked, plan=plan, actor=request.user)
        other = form.cleaned_data["to"] if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"From {plan} to {other}" if other else f"Compare {plan}",
            "plan": plan,
            "page": page_of(plan),
            "form": form,
            "on": on,
            "on_problem": problem,
            "found": self._changes(request, plan, other, on) if other else None,
        }
        return TemplateResponse(request, "pricing/difference.html", context)

    def _changes(self, request, plan: Plan, other: Plan, on) -> Difference:
        """What changes; the price too, for who sees prices: by the month, in the price list."""
        sees = request.user.has_perm("pricing.view_price")
        prices = list_prices(plans=[plan, other], on=on) if sees else None
        return diff(old=plan, new=other, on=on, prices=prices)
