"""Plans by their kind: each is a section of its own for those who keep the catalog."""

from django.db import models

from pricing.models.plan import Plan, PlanKind, PlanQuerySet


class KindManager(models.Manager.from_queryset(PlanQuerySet)):
    """Plans of the model's kind."""

    def get_queryset(self) -> PlanQuerySet:
        return super().get_queryset().filter(kind=self.model.KIND)


class OfKind:
    """A new row is of the model's kind."""

    KIND: PlanKind

    def __init__(self, *args, **kwargs) -> None:
        if not args:
            kwargs.setdefault("kind", self.KIND)
        super().__init__(*args, **kwargs)


class Tier(OfKind, Plan):
    """A product at a price, ranked from the smallest upwards."""

    KIND = PlanKind.TIER
    objects = KindManager()

    class Meta:
        proxy = True
        default_permissions = ()  # those of plans hold


class AddOn(OfKind, Plan):
    """Something beside a tier of the same product: a feature upsell."""

    KIND = PlanKind.ADD_ON
    objects = KindManager()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "add-on"


class Capacity(OfKind, Plan):
    """More of what a tier of the same product limits: a capacity upsell."""

    KIND = PlanKind.CAPACITY
    objects = KindManager()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "capacity pack"


class Bundle(OfKind, Plan):
    """Plans of several products, sold as one."""

    KIND = PlanKind.BUNDLE
    objects = KindManager()

    class Meta:
        proxy = True
        default_permissions = ()


class Platform(OfKind, Plan):
    """Every product of a portfolio that is on sale, sold as one."""

    KIND = PlanKind.PLATFORM
    objects = KindManager()

    class Meta:
        proxy = True
        default_permissions = ()


class CreditPack(OfKind, Plan):
    """Credits that customers spend on features of any product."""

    KIND = PlanKind.CREDIT_PACK
    objects = KindManager()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "credit pack"


BY_KIND: dict[str, type[Plan]] = {
    model.KIND: model for model in (Tier, AddOn, Capacity, Bundle, Platform, CreditPack)
}
