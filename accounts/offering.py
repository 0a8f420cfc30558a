"""What incentives say to a customer about plans that it could buy on a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Account
from accounts.redeeming import applicant, with_criteria
from pricing.incentives import Purchase, Stretch, Verdict, choose, judge, stretches
from pricing.models import Incentive, Plan


@dataclass(frozen=True)
class Offered:
    """A plan, what it costs without discounts (None: unknown), and what each incentive says."""

    plan: Plan
    amount: Decimal | None
    purchase: Purchase
    verdicts: list[Verdict]

    @property
    def stretches(self) -> list[Stretch]:
        """What is paid with the incentives that would be taken; nothing where none applies."""
        eligible = [each.incentive for each in self.verdicts if each.is_eligible]
        if not eligible or not self.amount:
            return []
        taken = choose(eligible=eligible, purchase=self.purchase)
        return stretches(incentives=taken, purchase=self.purchase)


def offered(
    *,
    account: Account,
    plans: Iterable[tuple[Plan, Decimal | None]],
    interval: str,
    on: date,
    incentives: Iterable[Incentive],
) -> Iterator[Offered]:
    """What each of these incentives says about each plan, bought by itself; none without any."""
    incentives = list(with_criteria(incentives))
    asks = applicant(account=account, incentives=incentives, on=on) if incentives else None
    for plan, amount in plans if asks else ():
        purchase = asks.purchase(plan=plan, interval=interval, amount=amount or Decimal(0))
        yield Offered(plan, amount, purchase, judge(incentives=incentives, purchase=purchase))
