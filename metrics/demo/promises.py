"""What Larkfield promised its customers: one policy that is applied, and one to look at."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.grandfathering.applying import apply
from accounts.grandfathering.deciding import approve
from accounts.grandfathering.recording import record_preview
from accounts.grandfathering.scope import lines_in_scope
from config.access.models import User
from metrics.demo.people import PERSONAS
from pricing.models import GrandfatheringPolicy, OnExpiry, OnUpgrade, Plan, Until

CRM = Q(product__code="crm") | Q(code__in=["front-office", "larkfield-one"])
DESK = Q(product__code="desk")


@transaction.atomic
def make_policies(*, on: date, at: datetime) -> int:
    """CRM keeps its price, a tenth more at each renewal at most, alone and in bundles; Desk's is
    previewed and still to be decided.

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
    return 2


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
