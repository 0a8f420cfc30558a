"""Plans in the admin: each kind a section of its own."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import BooleanRadioFilter, RelatedDropdownFilter
from unfold.decorators import display

from config.admin.filters import AutocompleteFilter
from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from config.admin.spreadsheets import Spreadsheets
from portfolio.admin.product import StatusFilter
from pricing.admin.credit import TermsInline
from pricing.admin.plan import Standing
from pricing.models import (
    AddOn,
    Bundle,
    Capacity,
    Charge,
    CreditPack,
    MigrationPath,
    PlanVersion,
    Platform,
    Tier,
)

DECIDED = {"kind", "product", "portfolio", "rank"}  # with the section, not by the form alone
STANDS = ("status", "available_from", "end_of_sale_on")
WHEN = ("When", {"fields": [("available_from", "end_of_sale_on"), "end_of_life_on"]})


class KindForm(ModelForm):
    """A plan of the section's kind: what that kind asks for is asked for."""

    asked_for = ("product", "portfolio")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in self.asked_for:
            if name in self.fields:
                self.fields[name].required = True

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - (DECIDED - self.errors.keys())


class TierForm(KindForm):
    asked_for = ("product", "rank")


class ChargeInline(TabularInline):
    model = Charge
    fields = ["code", "cadence", "feature"]
    autocomplete_fields = ["feature"]
    verbose_name_plural = "charges: the priced parts"


class VersionInline(TabularInline):
    model = PlanVersion
    fields = ["number", "existing_treatment", "starts_on", "ends_on", "page"]
    readonly_fields = ["page"]
    show_change_link = False
    verbose_name_plural = "versions: what it includes, since when"

    @display(description="state")
    def page(self, version: PlanVersion) -> str:
        """The state, leading to the page with what the version grants."""
        if not version.pk:
            return "a draft, once saved"
        page = reverse("admin:pricing_planversion_change", args=[version.pk])
        text = f"{version.get_state_display()}: open"
        return format_html('<a class="pt-link" href="{}">{}</a>', page, text)

    def has_change_permission(self, request, obj=None) -> bool:
        return False  # a version has a page of its own; here one adds the next

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class PathInline(TabularInline):
    model = MigrationPath
    fk_name = "from_plan"
    fields = ["to_plan", "kind", "allowed", "self_serve", "timing", "note"]
    autocomplete_fields = ["to_plan"]
    verbose_name_plural = "paths: where customers can go from here"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("from_plan", "to_plan")


class KindAdmin(Spreadsheets, Standing, ModelAdmin):
    """What the sections have in common."""

    section = Section.PLANS
    form = KindForm
    search_fields = ["code", "name"]
    inlines = [VersionInline, ChargeInline, PathInline]


class OfProductAdmin(KindAdmin):
    list_display = ["name", "code", "product", "is_public", *STANDS]
    list_filter = [StatusFilter, ("product", AutocompleteFilter), ("is_public", BooleanRadioFilter)]
    list_select_related = ["product"]
    autocomplete_fields = ["product"]
    fixed_fields = ("code", "product")
    fieldsets = [(None, {"fields": [("name", "code"), "product", "is_public"]}), WHEN]


class OfPortfolioAdmin(KindAdmin):
    list_display = ["name", "code", "portfolio", "is_public", *STANDS]
    list_filter = [
        StatusFilter,
        ("portfolio", RelatedDropdownFilter),
        ("is_public", BooleanRadioFilter),
    ]
    list_select_related = ["portfolio"]
    autocomplete_fields = ["portfolio"]
    fixed_fields = ("code", "portfolio")
    fieldsets = [(None, {"fields": [("name", "code"), "portfolio", "is_public"]}), WHEN]


@admin.register(Tier)
class TierAdmin(OfProductAdmin):
    icon = "stacks"
    form = TierForm
    list_display = [
        "name",
        "code",
        "product",
        "rank",
        "is_public",
        *STANDS,
    ]
    fixed_fields = ("code", "product", "rank")
    fieldsets = [(None, {"fields": [("name", "code"), ("product", "rank"), "is_public"]}), WHEN]
    empty_hint = "A tier is a product at a price. Give the smallest rank 1, the next rank 2."


@admin.register(AddOn)
class AddOnAdmin(OfProductAdmin):
    menu_place = 1
    icon = "extension"
    empty_hint = "An add-on is something to have beside a tier of the same product."


@admin.register(Capacity)
class CapacityAdmin(OfProductAdmin):
    menu_place = 2
    icon = "expand"
    empty_hint = "A capacity pack is more of what a tier of the same product limits."


@admin.register(Bundle)
class BundleAdmin(OfPortfolioAdmin):
    menu_place = 3
    icon = "inventory_2"
    empty_hint = (
        "A bundle is plans of several products, sold as one. Add it, draft its version, put the "
        "components into that, and publish it."
    )


@admin.register(Platform)
class PlatformAdmin(OfPortfolioAdmin):
    menu_place = 4
    icon = "hub"
    empty_hint = (
        "A platform contains every product of a portfolio that is on sale. Its version names the "
        "tiers; what it does not name comes at the highest public tier."
    )


@admin.register(CreditPack)
class CreditPackAdmin(OfPortfolioAdmin):
    menu_place = 5
    icon = "toll"
    inlines = [TermsInline, *KindAdmin.inlines]
    empty_hint = "A credit pack is credits that customers spend on features of any product."
