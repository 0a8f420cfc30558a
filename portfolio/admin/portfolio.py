"""Portfolios in the admin."""

from django.contrib import admin
from django.db.models import Count
from unfold.decorators import action, display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from portfolio.admin.coherence import coherence_page
from portfolio.models import Portfolio


@admin.register(Portfolio)
class PortfolioAdmin(Spreadsheets, ModelAdmin):
    section = Section.PORTFOLIO
    icon = "category"
    list_display = ["name", "code", "model", "default_channel", "product_count"]
    list_filter = ["model", "default_channel"]
    search_fields = ["code", "name"]
    ordering = ["name"]
    fixed_fields = ("code",)
    fieldsets = [
        (None, {"fields": ["name", "code"]}),
        ("How it is sold", {"fields": ["model", "default_channel"]}),
    ]
    empty_hint = (
        "A portfolio is a set of products sold together. Begin with one, then add products."
    )

    actions_detail = ["coherence"]

    @action(description="Coherence", permissions=["portfolio.view_product"], icon="grid_view")
    def coherence(self, request, object_id):
        return coherence_page(self, request, self.get_object_or_404(request, object_id))

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @display(description="products", ordering="product_count")
    def product_count(self, portfolio: Portfolio) -> int:
        return portfolio.product_count
