"""Cells and links that several pages of the catalog share."""

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from config.findings import Finding


def page_of(row: Model) -> str:
    """Where the row is kept in the admin, "" where it has no page."""
    meta = row._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def shown(findings: list[Finding]) -> list[dict]:
    """Findings as pages show them: one entry for each kind, with the rows that it found."""
    groups: dict[str, dict] = {}
    for each in findings:
        group = groups.setdefault(each.kind.code, {"kind": each.kind, "rows": []})
        row = each.found.row
        group["rows"].append({"row": row, "page": page_of(row), "text": each.found.sentence})
    return list(groups.values())
