"""What existing customers keep when prices and plans change, until when, and who decided it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from config.access.models import User
from config.codes import CodeField
from config.versions import Versioned
from portfolio.models import Region, Segment
from pricing.models.plan import Plan
from pricing.models.price_book import PriceBook


class PolicyState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PREVIEWED = "previewed", "Previewed"
    APPROVED = "approved", "Approved"
    APPLIED = "applied", "Applied"
    ENDED = "ended", "Ended"


class EntitlementMode(models.TextChoices):
    PIN = "pin", "Exactly the old set"
    FLOOR = "floor", "The new set, never below the old limits"


class Until(models.TextChoices):
    FOREVER = "forever", "For ever"
    DATE = "date", "Until a day"
    RENEWALS = "renewals", "For a number of renewals"
    MONTHS = "months", "For a number of months"


class OnExpiry(models.TextChoices):
    LIST = "list", "The list price at once"
    GLIDE = "glide", "Towards the list price, a step at each renewal"
    SUCCESSOR = "successor", "To the successor of the product"


class OnUpgrade(models.TextChoices):
    DROP = "drop", "The protection ends"
    CARRY = "carry_as_of_lock_date", "The new plan's price as of the first day of the lock"


class OnQuantityChange(models.TextChoices):
    KEEP = "keep", "All units at the protected price"
    OLD_UNITS_ONLY = "old_units_only", "More units cost the list price"


class OnSunset(models.TextChoices):
    HONOUR = "honour_until_end_of_life", "Kept until the end of life"
    MOVE_CAPPED = "move_capped", "Moved to the successor, the uplift capped"
    MOVE_NOW = "move_now", "Moved to the successor at the next renewal"


UNTIL_COLUMNS = {
    Until.DATE: "until_date",
    Until.RENEWALS: "until_renewals",
    Until.MONTHS: "until_months",
}
PERCENT = {"max_digits": 7, "decimal_places": 4, "null": True, "blank": True}
PERCENT_VALIDATORS = [MinValueValidator(0), MaxValueValidator(100)]


def _percent(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"grandfatheringpolicy_{name}_is_a_percentage",
        condition=Q(**{name: None}) | Q(**{f"{name}__gt": 0, f"{name}__lte": 100}),
        violation_error_message="A percentage is more than 0, and at most 100.",
    )


def _until(kind: Until, column: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"grandfatheringpolicy_{column}_belongs_to_its_kind",
        condition=Q(until=kind, **{f"{column}__isnull": False})
        | (~Q(until=kind) & Q(**{column: None})),
        violation_error_message=(
            f"“{kind.label}” needs the field below it, and no other kind has it."
        ),
    )


class GrandfatheringPolicy(Versioned):
    """Which customers keep which price and version, until when, and what happens then.

    A scope of books, segments and regions that is empty means all of them. Approval is for what
    was previewed: the database drops it with any edit, of the scope too, and refuses every way to
    `applied` that does not lead through somebody else's approval.
    """

    code = CodeField()
    title = models.CharField(max_length=200)
    rank = models.PositiveIntegerField(
        unique=True, help_text="Of two policies for one line, the lower rank decides."
    )
    effective_on = models.DateField(help_text="First day of the protection.")
    supersedes = models.BooleanField(
        "takes the place of others",
        default=False,
        help_text="Also of the locks of policies that rank before it.",
    )

    plans = models.ManyToManyField(Plan, related_name="+")
    books = models.ManyToManyField(
        PriceBook, blank=True, related_name="+", help_text="Whose prices are held; empty: all."
    )
    segments = models.ManyToManyField(
        Segment, blank=True, related_name="+", help_text="Empty: all."
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="+", help_text="Empty: all.")
    started_before = models.DateField(
        null=True, blank=True, help_text="Only who held it before this day; empty: all."
    )
    min_tenure_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Only who has held it for so many months; empty: all."
    )

    freeze_price = models.BooleanField("keeps the price", default=True)
    freeze_entitlements = models.BooleanField("keeps what is granted", default=False)
    entitlement_mode = models.CharField(
        max_length=8, choices=EntitlementMode, blank=True, default=""
    )

    until = models.CharField(max_length=8, choices=Until)
    until_date = models.DateField(
        null=True,
        blank=True,
        help_text="The new price begins at the first end of a term on or after it.",
    )
    until_renewals = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="So many are billed at the old price; 0: none."
    )
    until_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Calendar months from the first day of the protection."
    )
    cap_percent = models.DecimalField(
        **PERCENT,
        validators=PERCENT_VALIDATORS,
        help_text="At most so much more at each renewal while it holds; empty: no movement.",
    )
    on_expiry = models.CharField(max_length=16, choices=OnExpiry, default=OnExpiry.LIST)
    glide_percent = models.DecimalField(
        **PERCENT,
        validators=PERCENT_VALIDATORS,
        help_text="At most so much more at each renewal afterwards; for a glide.",
    )

    on_upgrade = models.CharField(max_length=24, choices=OnUpgrade, default=OnUpgrade.DROP)
    on_quantity_change = models.CharField(
        max_length=16, choices=OnQuantityChange, default=OnQuantityChange.KEEP
    )
    lapse_days = models.PositiveSmallIntegerField(
        default=0, help_text="Who comes back within so many days is protected again."
    )
    most_favoured = models.BooleanField(
        default=True, help_text="A lower list price applies at the next end of a term."
    )
    on_sunset = models.CharField(max_length=32, choices=OnSunset, default=OnSunset.HONOUR)
    notice_days = models.PositiveSmallIntegerField(
        default=30, help_text="How long before a price moves customers are told."
    )

    state = models.CharField(
        max_length=16, choices=PolicyState, default=PolicyState.DRAFT, editable=False
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    approver = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    preview_hash = models.CharField(
        max_length=64,
        blank=True,
        default="",
        editable=False,
        help_text="Policy, lines in scope, their prices and releases, as one number.",
    )

    objects = models.Manager()

    class Meta:
        ordering = ["rank"]
        verbose_name_plural = "grandfathering policies"
        permissions = [
            ("approve_grandfatheringpolicy", "Can approve grandfathering policies"),
            ("apply_grandfatheringpolicy", "Can apply and end grandfathering policies"),
        ]
        constraints = [
            models.CheckConstraint(
                name="grandfatheringpolicy_keeps_something",
                condition=Q(freeze_price=True) | Q(freeze_entitlements=True),
                violation_error_message="It keeps the price, what is granted, or both.",
            ),
            models.CheckConstraint(
                name="grandfatheringpolicy_says_how_grants_are_kept",
                condition=Q(freeze_entitlements=True) ^ Q(entitlement_mode=""),
                violation_error_message=(
                    "Say how what is granted is kept, if it is kept, and only then."
                ),
            ),
            *(_until(kind, column) for kind, column in UNTIL_COLUMNS.items()),
            _percent("cap_percent"),
            _percent("glide_percent"),
            models.CheckConstraint(
                name="grandfatheringpolicy_glide_has_its_step",
                condition=Q(on_expiry=OnExpiry.GLIDE) ^ Q(glide_percent=None),
                violation_error_message="A glide needs its percentage, and only a glide has one.",
            ),
            models.CheckConstraint(
                name="grandfatheringpolicy_caps_a_kept_price",
                condition=Q(cap_percent=None) | Q(freeze_price=True),
                violation_error_message="A cap is for a price that is kept.",
            ),
            models.CheckConstraint(
                name="grandfatheringpolicy_caps_what_is_moved_capped",
                condition=~Q(on_sunset=OnSunset.MOVE_CAPPED) | Q(cap_percent__isnull=False),
                violation_error_message="Moving with a capped uplift needs the cap.",
            ),
            models.CheckConstraint(
                name="grandfatheringpolicy_is_approved_by_somebody_else",
                condition=Q(approver=None) | ~Q(approver=F("author")),
                violation_error_message="Somebody else approves it: not its author.",
            ),
            models.CheckConstraint(
                name="grandfatheringpolicy_approved_has_its_approver",
                condition=Q(state__in=["draft", "previewed"])
                | (Q(approver__isnull=False, approved_at__isnull=False) & ~Q(preview_hash="")),
                violation_error_message="Without an approver it is not approved.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def moves_customers(self) -> bool:
        """Whether it may move customers to the successor of what they hold."""
        return self.on_sunset != OnSunset.HONOUR or self.on_expiry == OnExpiry.SUCCESSOR

    @property
    def is_open(self) -> bool:
        return self.state in (PolicyState.DRAFT, PolicyState.PREVIEWED)
