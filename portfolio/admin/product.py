"""Products in the admin."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils import timezone
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.audit.context import stating
from portfolio.admin.pair import pair_page
from portfolio.models import Product, ProductRole, ProductStatus
from portfolio.roles import RoleNeedsReason, check_role_change

STATUS_COLOURS = {
    "On sale": "success",
    "Scheduled": "info",
    "Draft": "warning",
    "Closed for sale": "danger",
    "Retired": "danger",
}


class StatusFilter(DropdownFilter):
    """Status today; it is no column but follows from the dates."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return ProductStatus.choices

    def queryset(self, request, queryset):
        if self.value() not in ProductStatus.values:
            return queryset
        return queryset.with_status(self.value(), on=timezone.localdate())


class ProductForm(ModelForm):
    """A product, with why its role changes: the reason is kept in its history."""

    reason = forms.CharField(
        label="Why the role changes",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Needed when the role changes; kept in the history.",
    )

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and "role" in cleaned:
            given = {"role": cleaned["role"], "reason": cleaned.get("reason", "")}
            try:
                check_role_change(product=self.instance, **given)
            except RoleNeedsReason as missing:
                self.add_error("reason", str(missing))
        return cleaned


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    form = ProductForm
    section = Section.PORTFOLIO
    menu_place = 1
    icon = "deployed_code"
    list_display = ["name", "code", "portfolio", "role_name", "status_today", "available_from"]
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

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        (name, first), *others = fieldsets
        fields = [
            each
            for field in first["fields"]
            for each in ([field, "reason"] if "role" in field else [field])
        ]
        return [(name, {**first, "fields": fields}), *others]

    def save_model(self, request, obj, form, change):
        with stating(reason=form.cleaned_data.get("reason") or None):
            super().save_model(request, obj, form, change)

    @display(description="role", ordering="role", empty_value="not decided")
    def role_name(self, product: Product) -> str | None:
        return ProductRole(product.role).label.split(":")[0] if product.role else None

    @display(description="status today", label=STATUS_COLOURS)
    def status_today(self, product: Product) -> str:
        return product.status(on=timezone.localdate()).label
