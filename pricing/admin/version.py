"""Plan versions in the admin: drafted with what they grant, then published, then only ended."""

from functools import partial

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from config.admin.decisions import decide
from config.admin.filters import AutocompleteFilter
from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from config.admin.spreadsheets import Spreadsheets
from pricing.models import COMPOSITE, BundleItem, Entitlement, PlanVersion, Treatment, VersionState
from pricing.versioning import draft_next, publish


class VersionForm(ModelForm):
    """A version whose days are compared with others of its state, which is not typed in."""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"state"}


class PublishForm(forms.Form):
    """What `publish` needs to know."""

    existing_treatment = forms.ChoiceField(
        label="Existing customers",
        choices=[("", "Choose"), *Treatment.choices],
        widget=UnfoldAdminSelectWidget,
    )


class StartForm(forms.Form):
    """The first day of a version."""

    starts_on = forms.DateField(
        label="First day", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )


class PartInline(TabularInline):
    """What belongs to a version; of a published one it is only looked at."""

    def has_add_permission(self, request, obj=None) -> bool:
        return self._is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return self._is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return self._is_draft(obj) and super().has_delete_permission(request, obj)

    def _is_draft(self, version: PlanVersion | None) -> bool:
        return version is None or version.state == VersionState.DRAFT


class EntitlementForm(ModelForm):
    """One answer for a feature; the others stay empty."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flag"].widget.choices = [("unknown", "–"), ("true", "Yes"), ("false", "No")]
        if self.instance.quantity is not None:
            self.initial["quantity"] = f"{self.instance.quantity.normalize():f}"


class EntitlementInline(PartInline):
    model = Entitlement
    form = EntitlementForm
    fields = ["feature", "flag", "quantity", "unlimited", "level"]
    autocomplete_fields = ["feature"]
    verbose_name_plural = "what it grants: one answer for each feature"
    per_page = 60

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("feature", "plan_version__plan")


class ItemInline(PartInline):
    model = BundleItem
    fields = ["plan", "quantity", "optional"]
    autocomplete_fields = ["plan"]
    verbose_name_plural = "components; of a platform, the tiers that are not the highest public one"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("plan__product", "plan_version__plan")


@admin.register(PlanVersion)
class PlanVersionAdmin(Spreadsheets, ModelAdmin):
    section = Section.PLANS
    form = VersionForm
    menu_place = 7
    icon = "history_edu"
    sheet_key = ("plan", "number")
    list_display = [
        "plan",
        "number",
        "state",
        "existing_treatment",
        "starts_on",
        "ends_on",
        "standing",
    ]
    as_of = "in_force"
    list_filter = [("state", ChoicesDropdownFilter), ("plan", AutocompleteFilter)]
    list_select_related = ["plan"]
    search_fields = ["plan__code", "plan__name"]
    autocomplete_fields = ["plan"]
    fixed_fields = ("plan", "number")
    readonly_fields = ["state"]
    locks_first = "plan"
    inlines = [ItemInline, EntitlementInline]
    actions_detail = ["publish", "draft_next"]
    fieldsets = [
        (None, {"fields": [("plan", "number"), "state"]}),
        ("Existing customers", {"fields": ["existing_treatment"]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]
    empty_hint = "A version says what a plan includes. Draft it, then publish it."

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("plan")

    def get_inline_instances(self, request, obj=None):
        found = super().get_inline_instances(request, obj)
        composite = obj is not None and obj.plan.kind in COMPOSITE
        return [each for each in found if composite or not isinstance(each, ItemInline)]

    def has_delete_permission(self, request, obj=None) -> bool:
        draft = obj is None or obj.state == VersionState.DRAFT
        return draft and super().has_delete_permission(request, obj)

    @action(description="Publish", permissions=["pricing.change_planversion"], icon="publish")
    def publish(self, request, object_id):
        version = self.get_object_or_404(request, object_id)
        treatment = {"existing_treatment": version.existing_treatment or ""}
        return decide(
            self,
            request,
            form=PublishForm(request.POST or None, initial=treatment),
            title=f"Publish {version}",
            meaning=(
                f"From {version.starts_on} this is what {version.plan} includes. The version in "
                "force until then ends on that day. Afterwards nothing of it can be changed."
            ),
            call=partial(publish, version=version),
            done=f"{version} is published.",
            back=_page(version),
        )

    @action(
        description="Draft the next one", permissions=["pricing.add_planversion"], icon="edit_note"
    )
    def draft_next(self, request, object_id):
        version = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=StartForm(request.POST or None),
            title=f"Draft what follows {version}",
            meaning=(
                "The draft grants what this version does. Change it as you like; nobody has it "
                "before it is published."
            ),
            call=partial(draft_next, version=version),
            done="The next version is drafted.",
            back=f"{reverse('admin:pricing_planversion_changelist')}?plan__id__exact={version.plan_id}",
        )


def _page(version: PlanVersion) -> str:
    return reverse("admin:pricing_planversion_change", args=[version.pk])
