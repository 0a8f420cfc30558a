"""What a policy means for one line: what is paid with it, without it, and if nothing ever moved."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from accounts.facts import Grant
from accounts.locks import locks_for
from accounts.models import EntitlementLock, PriceLock, SubscriptionLine
from config.money import to_minor
from pricing.models import GrandfatheringPolicy, Plan

AHEAD = 6  # renewals that are shown
HORIZON = 12  # months over which revenue is added up


class Status(StrEnum):
    PROTECTED = "protected"
    ALREADY_LOCKED = "already_locked"
    AGREED_TERMS = "agreed_terms"  # no price moves it
    TOO_LATE = "too_late"  # the protection ends before the first boundary
    INCOMPATIBLE = "incompatible"  # no step leads to the new price
    NO_SUCCESSOR = "no_successor"  # it would move, and nothing says where to


@dataclass(frozen=True)
class Path:
    """What is paid from a day on, for each of the coming terms: (first day, amount, grants).

    Where it moves to what takes its place, that plan and the day.
    """

    steps: tuple[tuple[date, Decimal, tuple[Grant, ...]], ...]
    successor: Plan | None = None
    moves_on: date | None = None

    @cached_property
    def spelled(self) -> str:
        """The path as a text that any other path has not."""
        steps = " ".join(
            f"{on} {amount:f} {[(each.version, each.floor) for each in grants]}"
            for on, amount, grants in self.steps
        )
        return f"{steps} {self.successor and self.successor.pk} {self.moves_on}"

    @cached_property
    def shown(self) -> tuple[list[date], list[Decimal]]:
        """The days and amounts of the renewals that are shown."""
        steps = self.steps[:AHEAD]
        return [on for on, *_ in steps], [amount for _, amount, _ in steps]


@dataclass(frozen=True)
class Future:
    """What becomes of all holdings that are held alike."""

    status: Status
    listed: Decimal | None
    policy: Path
    forced: Path
    uplift: Decimal | None


@dataclass(frozen=True)
class Outcome:
    """A holding under three scenarios; amounts are for each interval, in the line's currency.

    `terms` is the policy as it is for this customer.
    """

    lines: tuple[SubscriptionLine, ...]
    amount: Decimal
    future: Future
    terms: GrandfatheringPolicy
    exception: str = ""

    @property
    def line(self) -> SubscriptionLine:
        return self.lines[0]

    @property
    def status(self) -> Status:
        return self.future.status

    @property
    def policy(self) -> Path:
        return self.future.policy

    @property
    def forced(self) -> Path:
        return self.future.forced

    @property
    def listed(self) -> Decimal | None:
        return self.future.listed

    @property
    def uplift(self) -> Decimal | None:
        """How much more is paid after the next renewal, as a fraction; None from nothing."""
        return self.future.uplift

    @property
    def locks(self) -> list[PriceLock | EntitlementLock]:
        """The locks that it gets, not written yet."""
        if self.status != Status.PROTECTED:
            return []
        return [lock for lock in locks_for(line=self.line, policy=self.terms) if lock]

    @property
    def months(self) -> int:
        return self.line.interval_months

    def monthly(self, amount: Decimal) -> int:
        """Recurring revenue of a month in minor units."""
        return to_minor(amount / self.months, self.line.subscription.currency)
