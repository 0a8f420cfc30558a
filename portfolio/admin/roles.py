"""The role of many products at once in the admin: chosen in the list, previewed, then changed."""

import re

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from config.admin.forms import ReasonField
from config.admin.refusals import REFUSALS, sentence
from portfolio.models import ProductRole
from portfolio.roles import RolesRefused, change_role, propose_role

MOST_PRODUCTS = 200
SEEN = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")


class RoleForm(forms.Form):
    """What the decision needs to know, and why."""

    role = forms.ChoiceField(choices=ProductRole.choices, widget=UnfoldAdminSelectWidget)
    end_of_sale_on = forms.DateField(
        label="End of sale",
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text="For those that become sunset and have no end of sale yet. YYYY-MM-DD",
    )
    change_reason = ReasonField()


class RoleChanging:
    """The action of the list of products."""

    @action(description="Change the role of the chosen products", permissions=["change"])
    def change_role(self, request, queryset):
        products = list(queryset.order_by("name", "pk")[: MOST_PRODUCTS + 1])
        if len(products) > MOST_PRODUCTS:
            messages.error(request, f"Choose at most {MOST_PRODUCTS} products at once.")
            return None
        form = RoleForm(request.POST if "role" in request.POST else None)
        changes, problem, wanted = [], "", {}
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("role", "end_of_sale_on")}
            changes = propose_role(products=products, **wanted)
            if "apply" in request.POST and request.POST.get("previewed") == _named(wanted):
                changes, problem = self._apply(request, changes, wanted)
                if not problem:
                    return HttpResponseRedirect(request.get_full_path())
        return TemplateResponse(
            request,
            "portfolio/roles.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "Change the role",
                "form": form,
                "media": self.media + form.media,
                "products": products,
                "changes": changes,
                "problem": problem,
                "may_apply": changes and not any(change.problem for change in changes),
                "chosen": ACTION_CHECKBOX_NAME,
                "previewed": _named(wanted) if changes else "",
                "seen": ",".join(f"{product.pk}:{product.version}" for product in products),
            },
        )

    def _apply(self, request, changes: list, wanted: dict) -> tuple[list, str]:
        """The changes with their problems, and the sentence that refuses them, if one does."""
        found = SEEN.findall(request.POST.get("seen", ""))
        seen = {int(pk): int(version) for pk, version in found}
        if seen.keys() != {change.before.pk for change in changes}:
            return changes, "The list is not the one that you looked at: look at it again."
        try:
            changed = change_role(seen=seen, **wanted)
        except RolesRefused as refused:
            return refused.changes or changes, str(refused)
        except REFUSALS as error:
            if not sentence(error):
                raise
            return changes, sentence(error)
        label = ProductRole(wanted["role"]).label.split(":")[0].lower()
        messages.success(request, f"{len(changed)} products are {label} now.")
        return changes, ""


def _named(wanted: dict) -> str:
    """What was previewed, as the page carries it."""
    return f"{wanted['role']} {wanted['end_of_sale_on'] or ''}"
