"""What a plan version grants of a feature."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from config.money import AMOUNT_DIGITS
from config.versions import Versioned
from pricing.models.feature import Feature, ValueType
from pricing.models.plan import PlanVersion

GIVEN = {  # the columns that may say what is granted, by the type of the feature
    ValueType.FLAG: ("flag",),
    ValueType.QUANTITY: ("quantity", "unlimited"),
    ValueType.LEVEL: ("level",),
}


def exactly_one_value() -> Q:
    """That one of flag, quantity, unlimited and level is given, and no other."""
    empty = {"flag": None, "quantity": None, "unlimited": False, "level": None}
    one = Q()
    for name in empty:
        others = {other: nothing for other, nothing in empty.items() if other != name}
        given = Q(unlimited=True) if name == "unlimited" else Q(**{f"{name}__isnull": False})
        one |= given & Q(**others)
    return one


class Entitlement(Versioned):
    """What a plan version grants of a feature: yes or no, so many, without limit, or a level."""

    plan_version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="entitlements")
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="+")
    flag = models.BooleanField(
        null=True, blank=True, help_text="For a feature that is there or not."
    )
    quantity = models.DecimalField(
        **AMOUNT_DIGITS,
        null=True,
        blank=True,
        help_text="For a feature that is counted; empty where it is unlimited.",
    )
    unlimited = models.BooleanField(
        default=False, help_text="For a feature that is counted: no limit."
    )
    level = models.CharField(
        max_length=60, null=True, blank=True, help_text="For a feature of levels: one of them."
    )

    class Meta:
        ordering = ["plan_version", "feature__rank", "feature__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_version", "feature"],
                name="entitlement_once_per_feature",
                violation_error_message="The version says already what it grants of this feature.",
            ),
            models.CheckConstraint(
                name="entitlement_says_one_thing",
                condition=exactly_one_value(),
                violation_error_message=(
                    "Say one thing: yes or no, a quantity, unlimited, or a level."
                ),
            ),
            models.CheckConstraint(
                name="entitlement_quantity_is_not_negative",
                condition=Q(quantity=None) | Q(quantity__gte=0),
                violation_error_message="A quantity is not negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_version}: {self.feature}"

    def clean(self) -> None:
        """Says beside the field what the database would refuse of rows taken together."""
        super().clean()
        self.level = self.level or None
        if self.feature_id is None:
            return
        fits = GIVEN[ValueType(self.feature.value_type)]
        for name in ("flag", "quantity", "unlimited", "level"):
            if name not in fits and getattr(self, name) not in (None, False):
                raise ValidationError({name: self._misfit()})
        if self.flag is not None and "flag" not in fits:
            raise ValidationError({"flag": self._misfit()})
        if self.level is not None and self.level not in self.feature.levels:
            levels = ", ".join(self.feature.levels)
            raise ValidationError({"level": f"{self.feature} has the levels {levels}."})

    def _misfit(self) -> str:
        asked = {
            ValueType.FLAG: "is there or not: say yes or no",
            ValueType.QUANTITY: "is counted: give a quantity, or unlimited",
            ValueType.LEVEL: f"has levels: choose one of {', '.join(self.feature.levels)}",
        }
        return f"{self.feature} {asked[ValueType(self.feature.value_type)]}."
