"""How many agreements a customer has to renew, and on how many days; and making them one day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.events import subscriptions_cotermed
from accounts.ledger import recording
from accounts.models import Account, Subscription, SubscriptionLine
from config.errors import DomainError
from config.periods import next_boundary


class NothingToCoterm(DomainError):
    code = "nothing_to_coterm"


class StaleConsolidation(DomainError):
    code = "stale_consolidation"


@dataclass(frozen=True)
class Running:
    """A subscription that runs on the day, and when it renews next (None: it ends before)."""

    subscription: Subscription
    term_months: int
    renews_on: date | None


@dataclass(frozen=True)
class Consolidation:
    """What an account has to renew."""

    on: date
    running: tuple[Running, ...]

    @property
    def renewal_dates(self) -> list[date]:
        return sorted({each.renews_on for each in self.running if each.renews_on})

    @property
    def currencies(self) -> list[str]:
        return sorted({each.subscription.currency for each in self.running})

    @property
    def can_coterm_on(self) -> date | None:
        """The first day on which all can renew together without cutting a committed term short."""
        return max(self.renewal_dates, default=None)

    @property
    def is_scattered(self) -> bool:
        """Whether the account renews on more than one day."""
        return len(self.renewal_dates) > 1

    @property
    def to_move(self) -> list[Running]:
        """Those whose term would run on until the common day."""
        common = self.can_coterm_on
        return [each for each in self.running if each.renews_on and each.renews_on != common]


def consolidation(*, account: Account, on: date) -> Consolidation:
    """What the account has to renew after the day, by two queries."""
    running = Subscription.objects.in_force(on=on).filter(account=account).order_by("code")
    lines = SubscriptionLine.objects.live(on=on).filter(account=account)
    held: dict[int, list[SubscriptionLine]] = {}
    for line in lines.select_related("subscription"):
        held.setdefault(line.subscription_id, []).append(line)
    return Consolidation(on, tuple(_running(each, held.get(each.pk, ()), on) for each in running))


def _running(subscription: Subscription, lines: Iterable[SubscriptionLine], on: date) -> Running:
    months = max((line.term_months for line in lines), default=subscription.term_months)
    day = next_boundary(anchor=subscription.anchor, months=months, after=on)
    renews = subscription.ends_on is None or day < subscription.ends_on
    return Running(subscription, months, day if renews else None)


def coterm(*, account: Account, on: date, renews_on: date) -> Consolidation:
    """Let every subscription of an account renew on the common day that was seen.

    Terms that would end sooner run on until then, at what is paid now; from then on they are
    counted from that day. Raises NothingToCoterm where they renew together already,
    StaleConsolidation when the common day is not the one that was seen.
    """
    with recording(account.pk):
        found = consolidation(account=account, on=on)
        if not found.is_scattered:
            raise NothingToCoterm(f"{account} renews on a single day already.")
        if found.can_coterm_on != renews_on:
            raise StaleConsolidation(
                f"All can renew together on {found.can_coterm_on}, not on {renews_on}: look again."
            )
        for each in found.to_move:
            each.subscription.anchor_on = renews_on
            each.subscription.save(update_fields=["anchor_on"])
        moved = [each.subscription.code for each in found.to_move]
        subscriptions_cotermed(account, moved, renews_on)
        return consolidation(account=account, on=on)
