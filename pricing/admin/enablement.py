"""Which plans a strategic product makes possible, in the admin."""

from django.contrib import admin
from django.urls import reverse

from config.access.scoping import visible
from config.admin.filters import AutocompleteFilter
from config.admin.options import ModelAdmin
from config.admin.panels import panel
from portfolio.models import ProductRole
from pricing.models import PlanEnablement


@admin.register(PlanEnablement)
class PlanEnablementAdmin(ModelAdmin):
    """Reached from the page of the product."""

    icon = "key"
    list_display = ["product", "plan", "note"]
    list_filter = [("product", AutocompleteFilter), ("plan", AutocompleteFilter)]
    list_select_related = ["product", "plan"]
    autocomplete_fields = ["product", "plan"]
    fixed_fields = ("product",)
    fields = ["product", "plan", "note"]
    empty_hint = "A strategic product names the plans that could not be sold without it."


@panel(
    "portfolio.product",
    title="Plans it enables",
    template="portfolio/enabled.html",
    permission="pricing.view_planenablement",
    rank=66,
)
def enabled(request, product) -> dict | None:
    """What could not be sold without it; only of strategic products, and those that say so."""
    rows = visible(PlanEnablement.objects.filter(product=product), request.user)
    rows = list(rows.select_related("plan").order_by("plan__code"))
    if not rows and product.role != ProductRole.STRATEGIC:
        return None
    add = reverse("admin:pricing_planenablement_add")
    return {
        "what": "plan",
        "rows": [(each.plan, each.note, _page(each)) for each in rows],
        "add": f"{add}?product={product.pk}"
        if request.user.has_perm("pricing.add_planenablement")
        else "",
    }


def _page(row: PlanEnablement) -> str:
    return reverse("admin:pricing_planenablement_change", args=[row.pk])
