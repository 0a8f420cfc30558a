"""How products are put before customers, in the admin: to whom, by whom, with what to show."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from config.access.scoping import visible
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from portfolio.channels import choose_channel
from portfolio.models import Asset, Channel, Motion, Posture, Product, Segment, Targeting

ANY = "any"


@admin.register(Targeting)
class TargetingAdmin(Spreadsheets, ModelAdmin):
    section = Section.PORTFOLIO
    menu_place = 20
    menu_title = "Targeting"
    icon = "target"
    sheet_key = ("segment", "product")
    list_display = ["what", "segment", "stance", "max_products"]
    list_filter = [
        ("product", AutocompleteFilter),
        ("segment", RelatedDropdownFilter),
        ("posture", ChoicesDropdownFilter),
    ]
    list_select_related = ["product", "segment"]
    autocomplete_fields = ["product", "segment"]
    ordering = ["segment", "product"]
    sortable_by = []
    fieldsets = [(None, {"fields": [("product", "segment"), ("posture", "max_products")]})]
    empty_hint = (
        "Say for each segment what to lead with, what to recommend and what never to offer. "
        "What nobody has positioned is sold when asked for."
    )

    @display(description="product", ordering="product")
    def what(self, targeting: Targeting) -> str:
        return str(targeting.product or "Bundles and platform")

    @display(
        description="posture",
        ordering="posture",
        label={
            Posture.LEAD.label: "success",
            Posture.RECOMMEND.label: "info",
            Posture.EXCLUDE.label: "danger",
        },
    )
    def stance(self, targeting: Targeting) -> str:
        return targeting.get_posture_display()


class WhichForm(forms.Form):
    """What is sold, to whom, by which motion."""

    product = forms.ModelChoiceField(None, widget=UnfoldAdminSelectWidget)
    segment = forms.ModelChoiceField(
        None,
        required=False,
        empty_label="not said",
        widget=UnfoldAdminSelectWidget,
    )
    motion = forms.ChoiceField(
        choices=[("", "not said"), *Motion.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        products = visible(Product.objects.select_related("portfolio"), actor)
        self.fields["product"].queryset = products
        self.fields["segment"].queryset = visible(Segment.objects.all(), actor)


@admin.register(Channel)
class ChannelAdmin(Spreadsheets, ModelAdmin):
    section = Section.PORTFOLIO
    menu_place = 21
    icon = "alt_route"
    sheet_key = ("product", "segment", "motion")
    list_display = ["what", "to_whom", "how", "owner_model"]
    list_filter = [
        ("product", AutocompleteFilter),
        ("segment", RelatedDropdownFilter),
        ("motion", ChoicesDropdownFilter),
        ("owner_model", ChoicesDropdownFilter),
    ]
    list_select_related = ["product", "segment"]
    autocomplete_fields = ["product", "segment"]
    ordering = ["product", "segment", "motion"]
    sortable_by = []
    actions_list = ["which"]
    fieldsets = [
        ("For", {"fields": [("product", "segment"), "motion"]}),
        (None, {"fields": ["owner_model"]}),
    ]
    empty_hint = (
        "Until a channel says otherwise, each product is sold as its portfolio's own channel says."
    )

    @display(description="product", ordering="product")
    def what(self, channel: Channel) -> str:
        return str(channel.product or ANY)

    @display(description="segment", ordering="segment")
    def to_whom(self, channel: Channel) -> str:
        return str(channel.segment or ANY)

    @display(description="motion", ordering="motion")
    def how(self, channel: Channel) -> str:
        return channel.get_motion_display() or ANY

    @action(
        description="Which channel applies?",
        permissions=["portfolio.view_channel"],
        icon="help",
    )
    def which(self, request):
        """Who sells a product to a segment by a motion, and why."""
        if not request.user.has_perm("portfolio.view_product"):
            raise PermissionDenied
        form = WhichForm(request.GET or None, actor=request.user)
        chosen = None
        if request.GET and form.is_valid():
            asked = {name: value for name, value in form.cleaned_data.items() if value}
            channels = self.get_queryset(request).about(asked["product"])
            channels = list(channels.select_related("product", "segment"))
            chosen = choose_channel(**asked, channels=channels)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "Which channel applies?",
            "form": form,
            "chosen": chosen,
        }
        return TemplateResponse(request, "portfolio/which_channel.html", context)


@admin.register(Asset)
class AssetAdmin(ModelAdmin):
    section = Section.PORTFOLIO
    menu_place = 22
    icon = "slideshow"
    list_display = ["name", "kind", "product", "other_product", "industry", "size", "published_on"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("product", AutocompleteFilter),
    ]
    list_select_related = ["product", "other_product"]
    search_fields = ["name", "industry"]
    autocomplete_fields = ["product", "other_product"]
    fieldsets = [
        (None, {"fields": [("name", "kind"), ("product", "other_product")]}),
        ("Whom it suits", {"fields": ["industry", ("employees_from", "employees_to")]}),
        ("To show and to say", {"fields": ["url", "message", "published_on"]}),
    ]
    empty_hint = (
        "An asset is something to show to a customer: a demo, a case study. Tag it with the "
        "industry and the size it suits; blank tags suit anybody."
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "url":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description="employees")
    def size(self, asset: Asset) -> str:
        least, most = asset.employees_from, asset.employees_to
        if least is None and most is None:
            return ANY
        if most is None:
            return f"{least:,} or more"
        return f"{least or 0:,}–{most:,}"
