"""S122: motions that win less often than is published of them."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import LossReason, Opportunity, OpportunityOrigin, Stage
from config.findings import Asked, Severity, asked_kinds
from portfolio.models import Benchmark, Motion
from tests.factories import AccountFactory
from tests.factories.people import of_role
from tests.metrics.test_role_findings import minimum
from tests.portfolio.asking import ON, found

pytestmark = pytest.mark.django_db

CODE = "motion-below-benchmark"


def decided(won: int, lost: int, motion=Motion.TIER_UPSELL, on=date(2026, 5, 1)) -> None:
    account = AccountFactory()
    Opportunity.objects.bulk_create(
        Opportunity(
            code=f"{motion}-{on}-{n}",
            account=account,
            motion=motion,
            stage=Stage.WON if n < won else Stage.LOST,
            left_at="" if n < won else Stage.ENGAGED,
            loss_reason="" if n < won else LossReason.PRICE,
            origin=OpportunityOrigin.IMPORT,
            opened_on=date(2026, 1, 1),
            stage_since=on,
            decided_on=on,
        )
        for n in range(won + lost)
    )


def test_s122_a_motion_below_its_band_is_warned_of():
    decided(2, 38)  # 5 %; 15 % is the least that is published
    decided(10, 40, Motion.CAPACITY_UPSELL)  # 20 %, the low end itself
    (only,) = found(CODE)

    assert only.kind.severity == Severity.WARNING
    assert only.found.row == Benchmark.objects.get(key="motion-tier_upsell")
    named = ("rate", "won", "decided", "benchmark_low", "firm")
    assert [only.found.facts[name] for name in named] == [0.05, 2, 40, 0.15, False]
    assert "could be chance" in only.found.sentence


def test_s122_what_chance_cannot_explain_is_said_without_doubt():
    decided(2, 98)
    (only,) = found(CODE)

    assert only.found.facts["firm"] is True
    assert "chance" not in only.found.sentence


def test_s122_few_attempts_and_later_ones_do_not_count():
    decided(0, 29)
    decided(0, 20, on=date(2026, 7, 1))

    assert found(CODE) == []
    minimum(29)
    assert len(found(CODE)) == 1
    Benchmark.objects.filter(key="motion-tier_upsell").update(low=Decimal(0))
    assert found(CODE) == []


def test_s122_who_sees_some_accounts_is_not_told():
    codes = [kind.code for kind in asked_kinds(Asked(of_role("sales"), ON))]

    assert CODE not in codes
