"""Price books in the admin."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action, display

from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from pricing.models import PriceBook


@admin.register(PriceBook)
class PriceBookAdmin(ModelAdmin):
    section = Section.PRICES
    menu_place = 1
    icon = "menu_book"
    list_display = ["name", "code", "whom"]
    list_filter = [("segment", AutocompleteFilter), ("region", AutocompleteFilter)]
    list_select_related = ["segment", "region"]
    search_fields = ["code", "name", "account_code"]
    autocomplete_fields = ["segment", "region"]
    fixed_fields = ("code", "account_code", "segment", "region")
    actions_detail = ["change_prices", "all_prices"]
    fieldsets = [
        (None, {"fields": [("name", "code")]}),
        ("For whom", {"fields": ["account_code", ("segment", "region")]}),
    ]
    empty_hint = "Begin with a book for everybody: leave customer, segment and region empty."

    @display(description="for whom")
    def whom(self, book: PriceBook) -> str:
        return whom(book)

    @action(
        description="Change prices", permissions=["pricing.add_pricerelease"], icon="edit_calendar"
    )
    def change_prices(self, request, object_id):
        book = self.get_object_or_404(request, object_id)
        page = reverse("admin:pricing_pricerelease_add")
        return HttpResponseRedirect(f"{page}?book={book.pk}")

    @action(description="All its prices", permissions=["pricing.view_price"], icon="payments")
    def all_prices(self, request, object_id):
        book = self.get_object_or_404(request, object_id)
        page = reverse("admin:pricing_price_changelist")
        return HttpResponseRedirect(f"{page}?book__id__exact={book.pk}")


def whom(book: PriceBook) -> str:
    """For whom a book is, in words."""
    if book.account_code:
        return f"customer {book.account_code}"
    markets = [str(market) for market in (book.segment, book.region) if market]
    return " in ".join(markets) if markets else "everybody"
