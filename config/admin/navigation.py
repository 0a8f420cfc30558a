"""The menu: every model that declares a section, in the order of its section."""

from enum import StrEnum

from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst

from config.admin import standalone


class Section(StrEnum):
    """A subject of the menu; the order here is the order there."""

    PORTFOLIO = "Portfolio"
    PLANS = "Plans"
    PRICES = "Prices"
    CUSTOMERS = "Customers"
    USE = "What they use"
    OWNERS = "Who looks after them"
    SELLING = "Selling more"
    FIGURES = "Figures"
    PEOPLE = "People and keys"
    INTEGRATIONS = "Integrations"
    AUDIT = "Audit"


def menu(request) -> list[dict]:
    """The groups of the menu, with what this person may open."""
    groups = [{"items": [{"title": "Home", "icon": "home", "link": reverse("admin:index")}]}]
    for section in Section:
        items = [_item(model, model_admin) for model, model_admin in _open(request, section)]
        items = [*standalone.of_section(request, section), *items]
        if section is Section.FIGURES:
            items.append({"title": "API reference", "icon": "data_object", "link": reverse("docs")})
        groups.append({"title": section.value, "items": items})
    return groups


def _open(request, section: Section) -> list[tuple]:
    return [
        (model, model_admin)
        for model, model_admin in sorted(
            admin.site._registry.items(), key=lambda pair: getattr(pair[1], "menu_place", 0)
        )
        if getattr(model_admin, "section", None) is section
        and model_admin.has_module_permission(request)
        and model_admin.has_view_permission(request)
    ]


def _item(model, model_admin) -> dict:
    meta = model._meta
    return {
        "title": model_admin.menu_title or capfirst(meta.verbose_name_plural),
        "icon": model_admin.icon,
        "link": reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
    }
