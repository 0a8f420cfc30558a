"""People at customers in the admin: kept, and erased."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.contacts import erase_contact
from accounts.models import Contact
from config.admin.decisions import decide
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.audit.context import stating

MEANING = (
    "Name, e-mail and telephone of {contact} are removed wherever they were kept or copied to, and "
    "cannot be brought back. What refers to them stays, and names “Erased contact {number}”."
)
AFTERWARDS = (
    "They are erased. If reasons or names of other rows may mention them, let an operator run "
    "erase_person, which looks through everything."
)


class EraseForm(forms.Form):
    """Erasing is for good, so the name is typed and a reason given."""

    name = forms.CharField(
        label="Their name",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Type it, so that it is nobody else.",
    )
    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept in the audit trail: do not name the person.",
    )

    def __init__(self, *args, contact: Contact, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact

    def clean_name(self) -> str:
        if self.cleaned_data["name"].strip() != self.contact.name:
            raise forms.ValidationError("This is not the name of the person on this page.")
        return self.contact.name


@admin.register(Contact)
class ContactAdmin(ModelAdmin):
    section = Section.CUSTOMERS
    icon = "contact_page"
    menu_place = 3
    list_display = ["name", "account", "role", "has_budget_authority", "email", "left_on"]
    list_filter = [
        ("account", AutocompleteFilter),
        ("role", ChoicesDropdownFilter),
        ("has_budget_authority", BooleanRadioFilter),
    ]
    list_select_related = ["account"]
    sortable_by = []
    ordering = ["-id"]
    search_fields = ["name", "email"]
    autocomplete_fields = ["account"]
    fixed_fields = ("account",)
    fieldsets = [
        (None, {"fields": [("name", "account")]}),
        ("How to reach them", {"fields": [("email", "phone")]}),
        (
            "Their part",
            {"fields": [("role", "left_on"), "has_budget_authority"]},
        ),
    ]
    actions_detail = ["erase"]
    deletable = False  # erased instead: what refers to them stays
    empty_hint = "Add a contact from the page of an account."

    @action(description="Erase", permissions=["accounts.delete_contact"], icon="person_remove")
    def erase(self, request, object_id):
        contact = self.get_object_or_404(request, object_id)

        def call(*, name: str, reason: str) -> None:
            with stating(reason=reason):
                erase_contact(contact=contact)

        return decide(
            self,
            request,
            form=EraseForm(request.POST or None, contact=contact),
            title=f"Erase {contact}",
            meaning=MEANING.format(contact=contact, number=contact.pk),
            call=call,
            done=AFTERWARDS,
            back=reverse("admin:accounts_contact_change", args=[contact.pk]),
        )
