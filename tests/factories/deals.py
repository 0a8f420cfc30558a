"""What was offered to customers and what came of it, told from elsewhere."""

from datetime import date, timedelta

from accounts.models import Account, Opportunity, Signal, SignalRule, Stage
from portfolio.models import Motion
from tests.factories.customers import AccountFactory, TrialFactory, owned_by
from tests.factories.expansion import experiment
from tests.factories.people import UserFactory
from tests.factories.routing import active_rules, csm_led, pool_of, routed
from tests.factories.signals import signal_rule

OFFERED = date(2025, 3, 1)


def offers(
    *stages: str, motion: str = Motion.TIER_UPSELL, account=None, **facts
) -> list[Opportunity]:
    """Imported offers at these stages, each of an account of its own unless one is given."""
    rows = []
    for stage in stages:
        over = stage in (Stage.WON, Stage.ADOPTED, Stage.LOST, Stage.DISQUALIFIED)
        opened = facts.get("opened_on", OFFERED)
        told = {
            "code": f"offer-{Opportunity.objects.count() + len(rows)}",
            "account": account or AccountFactory(),
            "motion": motion,
            "origin": "import",
            "stage": stage,
            "note": "No budget." if stage == Stage.DISQUALIFIED else "",
            "defer_reason": "other" if stage == Stage.DEFERRED else "",
            "opened_on": opened,
            "stage_since": opened,
            "decided_on": opened + timedelta(days=30) if over else None,
        }
        rows.append(Opportunity(**{**told, **facts}))
    return Opportunity.objects.bulk_create(rows)


def notice(rule: SignalRule, account: Account, on: date, reason: str = "") -> Signal:
    """A signal of the account that fired, or was suppressed for a reason."""
    return Signal.objects.create(
        rule=rule,
        account=account,
        on=on,
        occurrence=account.code,
        why="Seen.",
        state="suppressed" if reason else "fired",
        reason=reason,
    )


def deals(account: Account) -> None:
    """Something for every figure about selling: an owner, turns, signals, and trials."""
    owned_by(UserFactory(), account=account)
    active_rules(csm_led(), {"pool": pool_of(100, 100)}, on=OFFERED)
    routed(on=OFFERED)
    rule = signal_rule("usage_limit", "capacity_upsell")
    for variant, stage in zip(experiment().variants.all(), (Stage.WON, Stage.LOST), strict=True):
        (offer,) = offers(stage, variant=variant, expected_mrr=5_000)
        signal = notice(rule, offer.account, OFFERED)
        Opportunity.objects.filter(pk=offer.pk).update(signal=signal)
        is_guided = stage == Stage.WON
        TrialFactory(
            account=offer.account, opportunity=offer, is_guided=is_guided, starts_on=OFFERED
        )
