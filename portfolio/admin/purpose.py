"""Personas and needs in the admin."""

from django.contrib import admin
from django.db.models import Count
from unfold.decorators import display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from portfolio.models import CustomerNeed, Persona


class PurposeAdmin(Spreadsheets, ModelAdmin):
    section = Section.PORTFOLIO
    list_display = ["name", "code", "product_count"]
    search_fields = ["code", "name"]
    fixed_fields = ("code",)
    fields = ["name", "code", "description"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @display(description="products", ordering="product_count")
    def product_count(self, purpose: Persona | CustomerNeed) -> int:
        return purpose.product_count


@admin.register(Persona)
class PersonaAdmin(PurposeAdmin):
    menu_place = 4
    icon = "person"
    empty_hint = (
        "A persona is a kind of person who works with products, such as a support agent. Add "
        "some, then choose them on the pages of products: shared users make products belong "
        "together."
    )


@admin.register(CustomerNeed)
class CustomerNeedAdmin(PurposeAdmin):
    menu_place = 5
    icon = "flag"
    empty_hint = (
        "A need is what customers want to get done. Add some, then choose them on the pages of "
        "products: related needs make products belong together."
    )
