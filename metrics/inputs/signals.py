"""What rules noticed in a period, and what came of it."""

from dataclasses import dataclass
from functools import cached_property

from accounts.models import Signal
from accounts.signals.quality import Quality, quality
from metrics.lines import ACCOUNTS
from metrics.registry import Asked, Input, Read


@dataclass(frozen=True)
class Noticed:
    """Every rule with its signals of the period."""

    rules: list[Quality]
    currencies: tuple[str, ...] = ()

    @cached_property
    def customers(self) -> int:
        """How many signals: of them, not of customers, the figure is."""
        return sum(each.fired + each.suppressed for each in self.rules)


def read(asked: Asked) -> Read:
    """What the rules noticed of all who are seen."""
    signals = Signal.objects.all()
    if ACCOUNTS in asked.ids:
        signals = signals.filter(account__in=asked.ids[ACCOUNTS])
    if "motion" in asked.ids:
        signals = signals.filter(rule__motion=asked.ids["motion"])
    parts = [
        Noticed(quality(since=start, until=end, signals=signals)) for start, end in asked.stretches
    ]
    return Read(parts)


SIGNALS = Input(read, True, ("motion",), ())
