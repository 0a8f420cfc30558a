"""Experiments in the admin: added with their variants, whose weights add up."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.forms import PaginationInlineFormSet

from accounts.experiments import WeightsDoNotAddUp, check_weights
from accounts.models import Experiment, Opportunity, Stage, Variant
from config.access.scoping import visible
from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from config.admin.panels import panel

CLOSED = (Stage.WON, Stage.ADOPTED)


class ExperimentForm(ModelForm):
    class Meta:
        model = Experiment
        fields = ["code", "name", "motion", "hypothesis", "starts_on", "ends_on"]

    def clean(self):
        cleaned = super().clean()
        self.instance.salt = self.instance.salt or cleaned.get("code") or ""
        return cleaned

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"is_imported"}  # a constraint asks for it


class WholeFormSet(PaginationInlineFormSet):
    """Weights that add up, said before the database says it."""

    def clean(self) -> None:
        super().clean()
        if self.instance.is_imported or any(self.errors):
            return
        kept = [f.cleaned_data for f in self.forms if not self._should_delete_form(f)]
        try:
            check_weights([facts["weight"] for facts in kept if "weight" in facts])
        except WeightsDoNotAddUp as refusal:
            raise ValidationError(str(refusal)) from refusal


class VariantInline(TabularInline):
    model = Variant
    formset = WholeFormSet
    fields = ["rank", "code", "name", "weight", "offer"]
    verbose_name_plural = "variants: their weights add up to 100, and stay once accounts have them"
    show_change_link = False
    hide_title = True

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "offer":
            field.widget.attrs["rows"] = 2
        return field

    def get_extra(self, request, obj=None, **kwargs) -> int:
        return 0 if obj else 2


@admin.register(Experiment)
class ExperimentAdmin(ModelAdmin):
    section = Section.SELLING
    menu_place = 2
    icon = "science"
    form = ExperimentForm
    list_display = ["name", "code", "motion", "starts_on", "ends_on", "standing"]
    as_of = "in_force"
    list_filter = [("motion", ChoicesDropdownFilter)]
    sortable_by = ["code"]
    search_fields = ["code", "name"]
    fixed_fields = ("code", "motion")
    inlines = [VariantInline]
    fieldsets = [
        (None, {"fields": [("name", "code"), "motion", "hypothesis"]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]
    deletable = False
    empty_hint = (
        "An experiment gives each account one of several offers, always the same, by weights."
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "hypothesis":
            field.widget.attrs["rows"] = 3
        return field


@panel(
    "accounts.experiment",
    title="So far",
    template="accounts/experiment.html",
    permission="accounts.view_opportunity",
    rank=20,
    above=True,
)
def so_far(request, experiment: Experiment) -> dict:
    """Opportunities of each variant that the reader may see, and what became of them."""
    seen = visible(Opportunity.objects.all(), request.user).filter(variant__experiment=experiment)
    counts = {
        row["variant"]: row
        for row in seen.order_by()
        .values("variant")
        .annotate(
            all=Count("pk"),
            won=Count("pk", filter=Q(stage__in=CLOSED)),
            lost=Count("pk", filter=Q(stage=Stage.LOST)),
        )
    }
    none = {"all": 0, "won": 0, "lost": 0}
    rows = [(each, counts.get(each.pk, none)) for each in experiment.variants.order_by("rank")]
    return {
        "rows": [
            {**found, "variant": each, "rate": _rate(found["won"], found["lost"])}
            for each, found in rows
        ]
    }


def _rate(won: int, lost: int) -> float | None:
    return won / (won + lost) if won + lost else None
