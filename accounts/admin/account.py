"""Customers in the admin."""

from functools import partial

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action, display

from accounts.admin.assignment import AssignForm
from accounts.admin.columns import link
from accounts.admin.coterming import coterming
from accounts.admin.owners import OwnerFilter
from accounts.admin.quote import Quoting
from accounts.admin.routing_many import route_chosen
from accounts.models import Account, AccountProfile, Contact, Subscription
from accounts.ownership import assign
from config.admin.decisions import decide
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnlyInline


class ProfileInline(ReadOnlyInline):
    model = AccountProfile
    fields = ["segment", "region", "starts_on", "ends_on", "source"]
    verbose_name_plural = "segment and region, with history"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("segment", "region")


class SubscriptionInline(ReadOnlyInline):
    model = Subscription
    fields = ["page", "starts_on", "term_months", "ends_on"]
    readonly_fields = ["page"]
    show_change_link = False

    @display(description="subscription")
    def page(self, subscription: Subscription) -> str:
        return link(subscription)


class ContactInline(ReadOnlyInline):
    model = Contact
    fields = ["page", "role", "has_budget_authority", "email", "phone", "left_on"]
    readonly_fields = ["page"]
    verbose_name_plural = "contacts: the people there"
    show_change_link = False

    @display(description="name")
    def page(self, contact: Contact) -> str:
        return link(contact)


@admin.register(Account)
class AccountAdmin(Quoting, ModelAdmin):
    section = Section.CUSTOMERS
    icon = "apartment"
    list_display = ["name", "code", "country", "currency", "created_on"]
    list_filter = [OwnerFilter]
    sortable_by = ["code"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent", "replaces"]
    fixed_fields = ("code", "currency")
    inlines = [ProfileInline, SubscriptionInline, ContactInline]
    actions = ["route_chosen"]
    actions_detail = [
        "quote_for",
        "assign",
        "subscribe",
        "coterm",
        "introduce",
        "classify",
        "entries",
    ]
    fieldsets = [
        (None, {"fields": [("name", "code"), ("currency", "created_on")]}),
        (
            "What kind of company",
            {
                "fields": [
                    ("country", "industry"),
                    ("employees", "fiscal_year_starts"),
                    "procurement_required",
                ]
            },
        ),
        ("Other accounts", {"fields": [("parent", "replaces")]}),
    ]
    empty_hint = "Import a book: python manage.py import_book. Or look around: manage.py demo."

    def has_route_permission(self, request) -> bool:
        return request.user.has_perm("accounts.add_routingdecision")

    @action(description="Route the chosen accounts by the rules", permissions=["route"])
    def route_chosen(self, request, queryset):
        route_chosen(request, queryset)

    @action(
        description="Assign an owner", permissions=["accounts.add_assignment"], icon="person_add"
    )
    def assign(self, request, object_id):
        account = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=AssignForm(request.POST or None, actor=request.user),
            title=f"Assign {account}",
            meaning=(
                f"From the day you name the member looks after {account} in this role, and sees "
                "it. Who has looked after it in this role until then does so no more."
            ),
            call=partial(assign, account=account),
            done=f"{account} is assigned.",
            back=reverse("admin:accounts_account_change", args=[account.pk]),
        )

    @action(
        description="Put into a segment",
        permissions=["accounts.add_accountprofile"],
        icon="group_work",
    )
    def classify(self, request, object_id):
        return _begin("accountprofile", self.get_object_or_404(request, object_id))

    @action(
        description="Start a subscription", permissions=["accounts.add_subscription"], icon="add"
    )
    def subscribe(self, request, object_id):
        return _begin("subscription", self.get_object_or_404(request, object_id))

    @action(description="Add a contact", permissions=["accounts.add_contact"], icon="contact_page")
    def introduce(self, request, object_id):
        return _begin("contact", self.get_object_or_404(request, object_id))

    @action(
        description="Renew on one day",
        permissions=["accounts.change_subscription"],
        icon="event_repeat",
    )
    def coterm(self, request, object_id):
        account = self.get_object_or_404(request, object_id)
        return decide(self, request, **coterming(request, account))

    @action(description="Ledger", permissions=["accounts.view_ledgerentry"], icon="receipt_long")
    def entries(self, request, object_id):
        account = self.get_object_or_404(request, object_id)
        entries = reverse("admin:accounts_ledgerentry_changelist")
        return HttpResponseRedirect(f"{entries}?account__id__exact={account.pk}")


def _begin(model: str, account: Account) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(f'admin:accounts_{model}_add')}?account={account.pk}")
