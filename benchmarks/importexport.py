"""The same sheet by django-import-export: a resource that finds, cleans and saves row by row."""

from collections.abc import Callable
from datetime import date
from time import perf_counter

from django.db import transaction
from import_export import fields, resources, widgets
from tablib import Dataset

from config.access.models import User
from pricing.exporting import HEADER
from pricing.models import Charge, Price, PriceBook, PriceRelease

AMOUNTS = ("flat_amount", "unit_amount", "included_units", "package_size", "credits")


class ChargeWidget(widgets.ForeignKeyWidget):
    """The charge of the row's plan and code."""

    def get_queryset(self, value, row, *args, **kwargs):
        return Charge.objects.filter(plan__code=row["plan"])


class PriceResource(resources.ModelResource):
    charge = fields.Field("charge", "charge", widget=ChargeWidget(Charge, "code"))

    class Meta:
        model = Price
        fields = ("charge", "currency", "interval", "model", *AMOUNTS)
        import_id_fields = ("charge", "currency", "interval")
        clean_model_instances = True
        use_bulk = True

    def __init__(self, release: PriceRelease) -> None:
        super().__init__()
        self.release = release

    def get_instance(self, instance_loader, row):
        return None

    def init_instance(self, row=None):
        return Price(release=self.release)


def measure(rows: list[list], say: Callable[[str], None]) -> float:
    """Rows a second, of a sample: prices without bands, as a new draft; nothing stays."""
    wanted = [row for row in rows if row[HEADER.index("model")] == "per_unit"]
    sheet = Dataset(*[["" if c is None else str(c) for c in row] for row in wanted], headers=HEADER)
    with transaction.atomic():
        release = PriceRelease.objects.create(
            book=PriceBook.objects.first(),
            title="Peer",
            effective_on=date(2026, 8, 1),
            author=User.objects.first(),
        )
        began = perf_counter()
        found = PriceResource(release).import_data(sheet, dry_run=True)
        spent = perf_counter() - began
        transaction.set_rollback(True)
    if found.has_errors() or found.has_validation_errors():
        raise AssertionError(found.base_errors or found.row_errors() or found.invalid_rows)
    say(f"    django-import-export: {len(wanted)} rows in {spent:.1f} s, extrapolated")
    return len(wanted) / spent
