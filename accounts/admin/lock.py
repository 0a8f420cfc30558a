"""What customers keep: locks and exceptions in the admin, and badges where lines are shown."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from accounts.grandfathering.excepting import approve_exception
from accounts.models import EntitlementLock, GrandfatheringException, PriceLock
from config.access.scoping import visible
from config.admin import asof
from config.admin.decisions import decide
from config.admin.filters import AutocompleteFilter
from config.admin.formatting import money
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from config.admin.panels import panel
from config.outbox.events import Change, tell

FOR_EVER = "without end"


class LockAdmin(ReadOnly, ModelAdmin):
    section = Section.CUSTOMERS
    icon = "lock"
    as_of = "in_force"
    list_filter = [("account", AutocompleteFilter), ("policy", RelatedDropdownFilter)]
    list_select_related = ["account", "policy", "root__plan"]
    sortable_by = []
    ordering = ["-id"]
    empty_hint = "Locks are made when a grandfathering policy is applied."

    @display(description="line")
    def plan(self, lock) -> str:
        return str(lock.root.plan)


@admin.register(PriceLock)
class PriceLockAdmin(LockAdmin):
    menu_place = 7
    list_display = ["account", "plan", "kept", "policy", "starts_on", "ends_on", "standing"]
    fieldsets = [
        (None, {"fields": [("account", "root"), ("price", "kept"), ("quantity", "cap_percent")]}),
        ("Why", {"fields": [("policy", "end_reason")]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]
    readonly_fields = ["kept"]

    @display(description="keeps")
    def kept(self, lock: PriceLock) -> str:
        return money(lock.amount, lock.account.currency)


@admin.register(EntitlementLock)
class EntitlementLockAdmin(LockAdmin):
    menu_place = 8
    list_display = ["account", "plan", "mode", "policy", "starts_on", "ends_on", "standing"]
    fieldsets = [
        (None, {"fields": [("account", "root"), ("plan_version", "mode")]}),
        ("Why", {"fields": [("policy", "end_reason")]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]


@admin.register(GrandfatheringException)
class ExceptionAdmin(ReadOnly, ModelAdmin):
    section = Section.PLANS
    menu_place = 6
    menu_title = "Exceptions to policies"
    icon = "person_alert"
    list_display = ["account", "policy", "kind", "reason", "expires_on", "author", "approved_by"]
    list_filter = [
        ("policy", RelatedDropdownFilter),
        ("account", AutocompleteFilter),
        ("kind", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "policy", "author", "approver"]
    sortable_by = []
    actions_detail = ["approve"]
    fieldsets = [
        (None, {"fields": [("policy", "account"), ("kind", "expires_on"), "reason"]}),
        ("Own terms", {"fields": [("until_date", "cap_percent")]}),
        ("Who", {"fields": [("author", "approver")]}),
    ]
    readonly_fields = ["author", "approver"]
    empty_hint = "Exceptions are added on the page of a policy."

    @display(description="approved by")
    def approved_by(self, row: GrandfatheringException) -> str:
        return str(row.approver or "nobody yet: it does not count")

    @action(
        description="Approve",
        permissions=["accounts.approve_grandfatheringexception"],
        icon="verified",
    )
    def approve(self, request, object_id):
        row = self.get_object_or_404(request, object_id)

        def decided() -> None:
            tell(approve_exception(exception=row, by=request.user), Change.CHANGED)

        return decide(
            self,
            request,
            form=forms.Form(request.POST if request.method == "POST" else None),
            title=f"Approve the exception for {row.account}",
            meaning=(
                f"{row.get_kind_display()}, whatever the scope of “{row.policy}” says: "
                f"{row.reason}. Any edit after this takes the approval back."
            ),
            call=decided,
            done="The exception counts.",
            back=reverse("admin:accounts_grandfatheringexception_change", args=[row.pk]),
        )


@panel(
    "accounts.subscription",
    title="Protected",
    template="accounts/protected.html",
    permission="accounts.view_pricelock",
    rank=10,
    above=True,
)
def of_subscription(request, subscription) -> dict | None:
    """The locks of its lines on the day."""
    return _held(request, root__subscription=subscription)


@panel(
    "accounts.subscriptionline",
    title="Protected",
    template="accounts/protected.html",
    permission="accounts.view_pricelock",
    rank=10,
    above=True,
)
def of_line(request, line) -> dict | None:
    """The locks of the line's lineage on the day."""
    return _held(request, root=line.root_id or line.pk)


@panel(
    "accounts.account",
    title="Protected",
    template="accounts/protected.html",
    permission="accounts.view_pricelock",
    rank=35,
    above=True,
)
def of_account(request, account) -> dict | None:
    """What the customer keeps on the day."""
    return _held(request, account=account)


def _held(request, **whose) -> dict | None:
    on = asof.day(request)[0]
    found = []
    for model in (PriceLock, EntitlementLock):
        rows = visible(model.objects.in_force(on=on).filter(**whose), request.user)
        found += [_shown(lock) for lock in rows.select_related("policy", "root__plan", "account")]
    return {"locks": found} if found else None


def _shown(lock) -> dict:
    keeps = f"what {lock.root.plan} granted"
    if isinstance(lock, PriceLock):
        keeps = money(lock.amount, lock.account.currency)
    page = lock._meta.model_name
    return {
        "lock": lock,
        "keeps": keeps,
        "until": str(lock.ends_on) if lock.ends_on else FOR_EVER,
        "link": reverse(f"admin:accounts_{page}_change", args=[lock.pk]),
    }
