"""The demo's policies: they protect customers, and what they foresee is what renewals do."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.grandfathering.applying import apply
from accounts.grandfathering.deciding import approve
from accounts.long_discounts import long_discounts
from accounts.mass_renewal import renew_due
from accounts.models import ExceptionKind, GrandfatheringException, SubscriptionLine
from config.access.models import User
from metrics.demo import stock
from metrics.demo.agreements import make_agreements
from metrics.demo.book import make_book
from metrics.demo.launching import SEATS, make_launch
from metrics.demo.people import make_people
from metrics.demo.prices import make_prices
from metrics.demo.promises import make_policies
from pricing import publication
from pricing.models import GrandfatheringPolicy, PriceRelease

pytestmark = pytest.mark.django_db

TODAY, LAST = date(2026, 6, 30), date(2027, 1, 31)


@pytest.fixture
def policies():
    """The demo's policies, both applied, with the release of CRM's prices published before."""
    stock.load(make_book(on=TODAY, accounts=150), on=TODAY)
    make_people()
    make_prices(on=TODAY)
    assert make_launch(on=TODAY) == len(SEATS)
    assert make_agreements(on=TODAY)
    by = User.objects.get(groups__name="finance_approver")
    release = PriceRelease.objects.get(title="CRM in the new year")
    publication.approve(release=release, by=by, content_hash=release.content_hash)
    publication.publish(release=release, by=by, on=TODAY)
    now = timezone.now()
    assert make_policies(on=TODAY, at=now) == 2
    desk = GrandfatheringPolicy.objects.get(code="desk-two-renewals")
    desk = approve(policy=desk, by=by, preview_hash=desk.preview_hash, at=now)
    apply(policy=desk, at=now, on=TODAY)
    return GrandfatheringPolicy.objects.all()


def test_every_line_of_the_demo_pays_what_was_foreseen_and_who_is_protected_keeps_its_price(
    policies,
):
    rows = [row for policy in policies for row in policy.preview_lines.select_related("line")]
    protected = [row for row in rows if row.status == "protected"]
    assert all(policy.pricelocks.exists() for policy in policies)
    excepted_customers_have_their_own_terms(policies, rows)
    the_launch_partners_discount_became_the_price()
    kept = [
        (now, forced)
        for row in protected
        for now, forced in zip(row.kept, row.forced, strict=True)
        if now < forced
    ]
    assert kept
    first = next(row for row in protected if row.kept[0] == round(row.amount * 11 / 10, 2))
    assert first.forced[0] > first.kept[0]

    due = [
        (day, row.line, amount)
        for row in rows
        for day, amount in zip(row.days, row.kept, strict=True)
        if day <= LAST
    ]
    assert len(due) > len(rows)
    for on in sorted({day for day, *_ in due}):
        renew_due(on=on)
        held = SubscriptionLine.objects.live(on=on)
        for day, line, amount in due:
            if day == on:
                bundle = {"bundle_plan": line.bundle_plan_id, "instance": line.instance}
                same = bundle if line.bundle_plan_id else {"charge": line.charge_id}
                lines = held.filter(subscription=line.subscription_id, **same)
                paid = sum((each.amount for each in lines), Decimal(0))
                assert paid == amount, (on, line, line.subscription)
    answers = SubscriptionLine.objects.live(on=LAST).filter(product__code="answers")
    assert answers.filter(bundle_plan__code="front-office", bundle_version__number=2).exists()


def excepted_customers_have_their_own_terms(policies, rows):
    custom, left_out, waiting = GrandfatheringException.objects.order_by("policy__rank", "kind")
    kinds = [ExceptionKind.CUSTOM, ExceptionKind.EXCLUDE]
    assert [custom.kind, left_out.kind, waiting.policy.code] == [*kinds, "desk-two-renewals"]
    approvers = {each.approver.groups.get().name for each in (custom, left_out)}
    assert (approvers, waiting.approver) == ({"finance_approver"}, None)
    crm = policies.get(code="crm-keeps-its-price")
    assert crm.pricelocks.filter(account=custom.account).exists()
    assert not crm.pricelocks.filter(account=left_out.account).exists()
    assert {row.exception for row in rows if row.account_id == custom.account_id} == {"custom"}


def the_launch_partners_discount_became_the_price():
    found = long_discounts(SubscriptionLine.objects.all(), months=12, on=TODAY)
    assert {line.charge.plan.code for line in found} == {"data-platform-growth"}
    assert len(found) == len(SEATS)
