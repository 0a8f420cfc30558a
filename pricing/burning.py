"""What features cost in credits, since when."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from config.errors import DomainError
from pricing.credit_events import rate_set
from pricing.models import BurnRate, CreditUnit, Feature, ValueType


class NotCounted(DomainError):
    code = "not_counted"


class LaterRate(DomainError):
    code = "later_rate"


class NoBurnRate(DomainError):
    code = "no_burn_rate"


class RateAlreadyEnded(DomainError):
    code = "rate_already_ended"


@transaction.atomic
def set_rate(*, unit: CreditUnit, feature: Feature, credits: Decimal, starts_on: date) -> BurnRate:
    """Let a unit of the feature cost so many credits from a day on; the rate until then ends.

    Raises NotCounted for a feature that is no quantity, LaterRate when a rate begins on the day
    or after it: the burn table is written in order.
    """
    lock_unit(unit)
    if feature.value_type != ValueType.QUANTITY:
        raise NotCounted(f"{feature} is not counted: only quantities cost credits.")
    rates = BurnRate.objects.filter(unit=unit, feature=feature)
    later = rates.filter(starts_on__gte=starts_on).first()
    if later:
        raise LaterRate(f"{feature} has a rate from {later.starts_on} on already.")
    rates.in_force(on=starts_on).update(ends_on=starts_on)
    rate = BurnRate(unit=unit, feature=feature, credits=credits, starts_on=starts_on)
    rate.full_clean()
    rate.save()
    rate_set(rate)
    return rate


@transaction.atomic
def end_rate(*, rate: BurnRate, on: date) -> BurnRate:
    """Take a feature out of the burn table: `on` is the first day on which it cannot be drawn.

    Raises RateAlreadyEnded when it ends earlier already. A day on or before the rate's first is
    refused by the row itself.
    """
    lock_unit(rate.unit)
    rate.refresh_from_db(fields=["ends_on"])
    if rate.ends_on and rate.ends_on <= on:
        raise RateAlreadyEnded(f"It ends on {rate.ends_on} already.")
    rate.ends_on = on
    rate.full_clean()
    rate.save(update_fields=["ends_on"])
    rate_set(rate)
    return rate


def rate_of(*, unit: CreditUnit, feature: Feature, on: date) -> BurnRate:
    """What one unit of the feature costs on the day. Raises NoBurnRate."""
    rate = BurnRate.objects.in_force(on=on).filter(unit=unit, feature=feature).first()
    if rate is None:
        raise NoBurnRate(f"{feature} has no rate in {unit} on {on}.")
    return rate


class BurnTable:
    """What features cost in a unit, whenever; one query."""

    def __init__(self, *, unit: CreditUnit, features: Iterable[Feature]) -> None:
        self.unit, self.features = unit, {feature.code: feature for feature in features}
        rates = BurnRate.objects.filter(unit=unit, feature__in=self.features.values())
        self._rates: dict[str, list[BurnRate]] = {code: [] for code in self.features}
        for rate in rates.select_related("feature"):
            self._rates[rate.feature.code].append(rate)

    def rate(self, feature: str, on: date) -> Decimal:
        """What one unit of the feature costs on the day. Raises NoBurnRate."""
        for rate in self._rates[feature]:
            if rate.starts_on <= on and (rate.ends_on is None or on < rate.ends_on):
                return rate.credits
        raise NoBurnRate(f"{self.features[feature]} has no rate in {self.unit} on {on}.")


def lock_unit(unit: CreditUnit) -> None:
    """Let decisions about one burn table wait for one another."""
    CreditUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
