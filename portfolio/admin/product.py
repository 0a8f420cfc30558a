"""Products in the admin."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display

from config.admin import asof
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from portfolio.admin.pair import pair_page
from portfolio.admin.roles import RoleChanging
from portfolio.models import Product, ProductRole, ProductStatus

STATUS_COLOURS = {
    "On sale": "success",
    "Scheduled": "info",
    "Draft": "warning",
    "Closed for sale": "danger",
    "Retired": "danger",
}


class StatusFilter(DropdownFilter):
    """Status on the day of the list; it is no column but follows from the dates."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return ProductStatus.choices

    def queryset(self, request, queryset):
        if self.value() not in ProductStatus.values:
            return queryset
        return queryset.with_status(self.value(), on=asof.day(request)[0])


@admin.register(Product)
class ProductAdmin(RoleChanging, Spreadsheets, ModelAdmin):
    section = Section.PORTFOLIO
    menu_place = 1
    icon = "deployed_code"
    list_display = ["name", "code", "portfolio", "role_name", "status", "available_from"]
    list_filter = [
        StatusFilter,
        ("role", ChoicesDropdownFilter),
        ("portfolio", RelatedDropdownFilter),
        ("origin", ChoicesDropdownFilter),
    ]
    list_select_related = ["portfolio"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["portfolio", "owner", "personas", "needs"]
    fixed_fields = ("code",)
    actions = ["change_role"]
    asks_why = ("role",)
    as_of = True
    fieldsets = [
        (None, {"fields": [("name", "code"), "portfolio", ("role", "is_core"), "owner"]}),
        ("What it is for", {"fields": ["value_proposition", ("personas", "needs")]}),
        ("Where it comes from", {"fields": ["origin", ("vendor", "review_state")]}),
        (
            "When",
            {
                "fields": [
                    ("available_from", "end_of_sale_on"),
                    ("end_of_support_on", "end_of_life_on"),
                ]
            },
        ),
    ]
    empty_hint = "Add what you sell one by one, or import a book of customers with its products."

    def get_urls(self):
        page = self.admin_site.admin_view(self.pair)
        pair = path("<path:object_id>/with/<path:other_id>/", page, name="portfolio_product_pair")
        return [pair, *super().get_urls()]

    def pair(self, request, object_id, other_id):
        """How the product and another one belong together."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        product = self.get_object_or_404(request, object_id)
        return pair_page(self, request, product, self.get_object_or_404(request, other_id))

    @display(description="role", ordering="role", empty_value="not decided")
    def role_name(self, product: Product) -> str | None:
        return ProductRole(product.role).label.split(":")[0] if product.role else None

    @display(description="status", label=STATUS_COLOURS)
    def status(self, product: Product) -> str:
        return product.status(on=product.shown_on).label
