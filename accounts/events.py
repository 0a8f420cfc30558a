"""What customers and their subscriptions tell other systems."""

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import (
    Account,
    AccountProfile,
    Assignment,
    RenewalRun,
    Subscription,
    SubscriptionLine,
)
from config.outbox import emit, emit_many
from config.outbox.kinds import kind, row_kind

row_kind(
    "account.changed",
    about="accounts.account",
    path="accounts",
    key="acme",
    meaning="An account was added, changed or deleted.",
)
row_kind(
    "contact.changed",
    about="accounts.contact",
    path="contacts",
    key="7",
    meaning="A contact of a customer was added, changed or erased; the event names nobody.",
)
row_kind(
    "segment_rule.changed",
    about="accounts.segmentrule",
    path="segment-rules",
    key="7",
    meaning="A rule that puts accounts into a segment was added, changed or deleted.",
)
row_kind(
    "entitlement_override.changed",
    about="accounts.entitlementoverride",
    path="entitlement-overrides",
    key="7",
    meaning="What an account may do whatever its plans say was added, changed or deleted.",
)
row_kind(
    "subscription_feedback.changed",
    about="accounts.subscriptionfeedback",
    path="subscription-feedback",
    key="7",
    meaning="Why a customer left or took less was added or changed.",
)


@kind(
    "account.classified",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={"profile": 7, "segment": "smb", "region": None, "starts_on": "2026-01-01"},
)
def account_classified(profile: AccountProfile) -> None:
    """An account belongs to a segment and a region from a day on."""
    payload = {
        "profile": profile.pk,
        "segment": profile.segment.code if profile.segment else None,
        "region": profile.region.code if profile.region else None,
        "starts_on": profile.starts_on,
    }
    emit("account.classified", f"/accounts/{profile.account.code}/", payload)


@kind(
    "account.assigned",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={
        "role": "csm",
        "product": None,
        "member": 7,
        "source": "rule",
        "decision": 12,
        "starts_on": "2026-06-01",
    },
)
def account_assigned(assignment: Assignment) -> None:
    """A member looks after an account, or one product of it, from a day on."""
    payload = {
        "role": assignment.role,
        "product": assignment.product.code if assignment.product else None,
        "member": assignment.member_id,
        "source": assignment.source,
        "decision": assignment.decision_id,
        "starts_on": assignment.starts_on,
    }
    emit("account.assigned", f"/accounts/{assignment.account.code}/", payload)


@kind(
    "account.released",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={"role": "csm", "product": None, "member": 7, "ends_on": "2026-07-01"},
)
def account_released(assignment: Assignment) -> None:
    """Nobody looks after an account in a role from a day on."""
    payload = {
        "role": assignment.role,
        "product": assignment.product.code if assignment.product else None,
        "member": assignment.member_id,
        "ends_on": assignment.ends_on,
    }
    emit("account.released", f"/accounts/{assignment.account.code}/", payload)


@kind(
    "subscription.started",
    about="accounts.subscription",
    path="subscriptions",
    key="acme-crm",
    example={"account": "acme", "starts_on": "2026-01-01", "lines": 2},
)
def subscription_started(subscription: Subscription, lines: int) -> None:
    """A subscription began, with so many lines; each of them has an event of its own."""
    payload = {
        "account": subscription.account.code,
        "starts_on": subscription.starts_on,
        "lines": lines,
    }
    emit("subscription.started", f"/subscriptions/{subscription.code}/", payload)


@kind(
    "subscription.cancelled",
    about="accounts.subscription",
    path="subscriptions",
    key="acme-crm",
    example={"account": "acme", "ends_on": "2026-07-01"},
)
def subscription_cancelled(subscription: Subscription) -> None:
    """A subscription ends, or ended, on the day; `line.ended` tells of what it still held."""
    payload = {"account": subscription.account.code, "ends_on": subscription.ends_on}
    emit("subscription.cancelled", f"/subscriptions/{subscription.code}/", payload)


@kind(
    "subscription.term_changed",
    about="accounts.subscription",
    path="subscriptions",
    key="acme-crm",
    example={"account": "acme", "term_months": 12, "renews_on": "2026-07-01"},
)
def subscription_term_changed(subscription: Subscription, days: Sequence[date]) -> None:
    """Terms are of another length once what runs is over; `renews_on` is null without renewal."""
    payload = {
        "account": subscription.account.code,
        "term_months": subscription.term_months,
        "renews_on": days[0] if days else None,
    }
    emit("subscription.term_changed", f"/subscriptions/{subscription.code}/", payload)


@kind(
    "line.started",
    about="accounts.subscriptionline",
    path="subscription-lines",
    key="7",
    example={"subscription": "acme-crm", "plan": "crm-pro", "starts_on": "2026-01-01"},
)
def line_started(line: SubscriptionLine) -> None:
    """A subscription holds one thing more from a day on."""
    _tell("line.started", line, starts_on=line.starts_on)


@kind(
    "line.ended",
    about="accounts.subscriptionline",
    path="subscription-lines",
    key="7",
    example={
        "subscription": "acme-crm",
        "plan": "crm-pro",
        "ends_on": "2026-07-01",
        "voided": False,
    },
)
def line_ended(line: SubscriptionLine) -> None:
    """A line ends on a day, or was voided: then it never was, and `ends_on` says nothing."""
    _tell("line.ended", line, ends_on=line.ends_on, voided=line.voided_at is not None)


def _tell(code: str, line: SubscriptionLine, **facts) -> None:
    names = {"subscription": line.subscription.code, "plan": line.plan.code}
    emit(code, f"/subscription-lines/{line.pk}/", {**names, **facts})


@kind(
    "account.cotermed",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={"subscriptions": ["acme-crm"], "renews_on": "2026-07-01"},
)
def subscriptions_cotermed(account: Account, subscriptions: list[str], renews_on: date) -> None:
    """Terms of subscriptions were prolonged, so that all of the account renew on one day."""
    payload = {"subscriptions": subscriptions, "renews_on": renews_on}
    emit("account.cotermed", f"/accounts/{account.code}/", payload)


@kind(
    "account.renewed",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={"on": "2026-01-01"},
)
def account_renewed(accounts: Iterable[Account], *, on: date) -> None:
    """Terms of the account moved at the end of a term, in the renewals of a day."""
    emit_many("account.renewed", ((f"/accounts/{each.code}/", {"on": on}) for each in accounts))


@kind(
    "renewals.done",
    about="accounts.account",
    path="accounts",
    key="",
    example={
        "on": "2026-01-01",
        "counts": {"lines_due": 1200, "lines_moved": 300, "accounts": 90},
    },
)
def renewals_done(run: RenewalRun) -> None:
    """All renewals of a day are done: one event for all lines, whose counts it gives."""
    counts = {
        "lines_due": run.lines_due,
        "lines_moved": run.lines_moved,
        "accounts": run.accounts_moved,
    }
    emit("renewals.done", "/accounts/", {"on": run.on, "counts": counts})


@kind(
    "book.imported",
    about="accounts.account",
    path="accounts",
    key="",
    example={"counts": {"accounts_created": 12, "items_created": 40, "items_ended": 3}},
)
def book_imported(counts: dict[str, int]) -> None:
    """A book of customers was imported: one event for all of its rows, whose counts it gives."""
    emit("book.imported", "/accounts/", {"counts": counts})


@kind(
    "accounts.reclassified",
    about="accounts.account",
    path="accounts",
    key="",
    example={"on": "2026-01-01", "accounts": 120},
)
def accounts_reclassified(on: date, accounts: int) -> None:
    """Segment rules put many accounts elsewhere from a day on: one event for all of them."""
    emit("accounts.reclassified", "/accounts/", {"on": on, "accounts": accounts})
