"""What Larkfield promised its customers: one policy that is applied, and one to look at."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.grandfathering.applying import apply
from accounts.grandfathering.deciding import approve
from accounts.grandfathering.excepting import approve_exception
from accounts.grandfathering.recording import record_preview
from accounts.grandfathering.scope import lines_in_scope
from accounts.models import Account, ExceptionKind, GrandfatheringException
from config.access.models import User
from config.periods import add_months
from metrics.demo.people import PERSONAS
from pricing.models import GrandfatheringPolicy, OnExpiry, OnUpgrade, Plan, Until

CRM = Q(product__code="crm") | Q(code__in=["front-office", "larkfield-one"])
DESK = Q(product__code="desk")


@transaction.atomic
def make_policies(*, on: date, at: datetime) -> int:
    """CRM keeps its price, a tenth more at each renewal at most, alone and in bundles, but for
    two customers; Desk's is previewed and still to be decided, and so is an exception to it.

    Both stay drafts where nobody holds them by a price. Nothing where there are policies already;
    how many began otherwise.
    """
    if GrandfatheringPolicy.objects.exists():
        return 0
    crm = _policy(
        "crm-keeps-its-price",
        "CRM keeps its price",
        CRM,
        rank=10,
        effective_on=on,
        until=Until.MONTHS,
        until_months=24,
        cap_percent=Decimal(10),
        on_upgrade=OnUpgrade.CARRY,
        lapse_days=30,
    )
    if _is_held(crm):
        _except(crm, on=on)
        crm = record_preview(policy=crm)
        approver = _person("finance_approver")
        crm = approve(policy=crm, by=approver, preview_hash=crm.preview_hash, at=at)
        apply(policy=crm, at=at, on=on)
    desk = _policy(
        "desk-two-renewals",
        "Desk: two renewals at the old price, then step by step",
        DESK,
        rank=20,
        effective_on=on,
        until=Until.RENEWALS,
        until_renewals=2,
        on_expiry=OnExpiry.GLIDE,
        glide_percent=Decimal(8),
    )
    if _is_held(desk):
        record_preview(policy=desk)
        reason = "They asked for the new price at once: it comes with new service levels."
        _exception(desk, _holders(desk)[0], ExceptionKind.EXCLUDE, reason, on=on)
    return 2


def _except(policy: GrandfatheringPolicy, *, on: date) -> None:
    """Own terms for the last of the customers, and none for the one before; both approved."""
    holders = _holders(policy)
    made = [
        _exception(
            policy,
            holders[-1],
            ExceptionKind.CUSTOM,
            "Signed for three years, with five percent a year at most.",
            on=on,
            until_date=add_months(on, 36),
            cap_percent=Decimal(5),
        )
    ]
    if holders[1:]:
        reason = "Their contract of this year names the list price."
        made.append(_exception(policy, holders[-2], ExceptionKind.EXCLUDE, reason, on=on))
    for exception in made:
        approve_exception(exception=exception, by=_person("finance_approver"))


def _exception(
    policy: GrandfatheringPolicy, account: Account, kind: str, reason: str, *, on: date, **terms
) -> GrandfatheringException:
    return GrandfatheringException.objects.create(
        policy=policy,
        account=account,
        kind=kind,
        reason=reason,
        expires_on=add_months(on, 12),
        author=_person("finance_preparer"),
        **terms,
    )


def _holders(policy: GrandfatheringPolicy) -> list[Account]:
    held = lines_in_scope(policy).exclude(price=None)
    return list(Account.objects.filter(pk__in=held.values("account")).order_by("code"))


def _is_held(policy: GrandfatheringPolicy) -> bool:
    return lines_in_scope(policy).exclude(price=None).exists()


def _policy(code: str, title: str, plans: Q, **terms) -> GrandfatheringPolicy:
    author = _person("finance_preparer")
    policy = GrandfatheringPolicy.objects.create(code=code, title=title, author=author, **terms)
    policy.plans.set(Plan.objects.filter(plans))
    policy.refresh_from_db()
    return policy


def _person(role: str) -> User:
    email = next(persona.email for persona in PERSONAS if persona.role == role)
    return User.objects.get(email=email)
