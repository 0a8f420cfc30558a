"""What charges cost, in which book, since when."""

from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from config.access.scoping import EXPORTED
from config.money import AMOUNT_DIGITS, CurrencyField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from pricing.amounts import MOST, Band, Terms, model_choices, price_models
from pricing.models.plan import Charge
from pricing.models.price_book import PriceBook
from pricing.models.price_release import PriceRelease


class PriceInterval(models.TextChoices):
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"
    ONE_TIME = "one_time", "Once"


KEY = ("book", "charge", "currency", "interval")
LIVE = Q(published_at__isnull=False, cancelled=False)
NUMBERS = ("flat_amount", "unit_amount", "included_units", "package_size", "credits")


def not_negative(*names: str) -> Q:
    """Not below 0, and not NaN, which PostgreSQL holds larger than every number."""
    condition = Q()
    for name in names:
        condition &= Q(**{name: None}) | Q(**{f"{name}__gte": 0, f"{name}__lt": MOST})
    return condition


def _fits(column: str, *, needed: tuple[str, ...], refused: tuple[str, ...], message: str):
    """A model that needs the column has it, one that cannot read it leaves it empty."""
    return models.CheckConstraint(
        name=f"price_{column}_fits_its_model",
        condition=Q(~Q(model__in=needed) | Q(**{f"{column}__isnull": False}))
        & Q(~Q(model__in=(*refused, "")) | Q(**{f"{column}__isnull": True})),
        violation_error_message=message,
    )


class PriceQuerySet(DatedQuerySet):
    def live(self) -> Self:
        """Prices that were published and not cancelled."""
        return self.filter(LIVE)

    def drafts(self) -> Self:
        """Lines of releases that are not published."""
        return self.filter(published_at=None)

    def known(self, *, on: date) -> Self:
        """What holds on the day: prices, and ends of prices."""
        return self.live().in_force(on=on)

    def priced(self) -> Self:
        """Without the ends of prices."""
        return self.filter(is_end=False)

    def ending(self, *, after: date, before: date) -> Self:
        """Prices that end in (after, before) with none following them."""
        ends = self.model._default_manager.live().filter(
            is_end=True,
            starts_on=models.OuterRef("ends_on"),
            **{k: models.OuterRef(k) for k in KEY},
        )
        return (
            self.live().priced().filter(models.Exists(ends), ends_on__gt=after, ends_on__lt=before)
        )


class Price(Versioned, Dated):
    """What a charge costs in a book for a stretch of days, or that it has no price there.

    A line of a release that is not published has no `published_at` and binds nobody; published,
    only `ends_on` and `cancelled` ever change. A price ends where the next of its book, charge,
    currency and interval starts.
    """

    # Found by the indexes of the keys below: every further index slows publication.
    release = models.ForeignKey(PriceRelease, models.CASCADE, related_name="lines", db_index=False)
    book = models.ForeignKey(
        PriceBook, models.PROTECT, related_name="prices", editable=False, db_index=False
    )
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="prices", db_index=False)
    currency = CurrencyField()
    interval = models.CharField(max_length=16, choices=PriceInterval, default=PriceInterval.MONTH)
    is_end = models.BooleanField(
        "ends the price",
        default=False,
        help_text="From that day on the charge has no price here; leave all else empty.",
    )
    model = models.CharField(max_length=16, choices=model_choices, blank=True, default="")
    flat_amount = models.DecimalField(
        **AMOUNT_DIGITS,
        null=True,
        blank=True,
        help_text="For each interval, whatever the quantity.",
    )
    unit_amount = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="For each unit, or for each package."
    )
    included_units = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="Units that the flat amount covers."
    )
    package_size = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="Units in a package."
    )
    credits = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="Credits granted for each interval."
    )
    is_minimum = models.BooleanField(
        "is a minimum", default=False, help_text="Shown as “from”: contracts agree on more."
    )
    cancelled = models.BooleanField(default=False, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PriceQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["charge", "currency", "interval", "starts_on", "id"]
        indexes = [
            models.Index(
                fields=["charge", "book", "currency", "interval", "starts_on"],
                name="price_of_a_charge",
            )
        ]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                *KEY,
                name="price_one_at_a_time",
                message="Another price already covers part of this period.",
                condition=LIVE,
            ),
            models.UniqueConstraint(
                fields=["release", "charge", "currency", "interval"],
                name="price_one_line_per_release",
                violation_error_message=(
                    "The release has a line for this charge, currency and interval already."
                ),
            ),
            models.CheckConstraint(
                name="price_money_is_not_negative",
                condition=not_negative(*NUMBERS),
                violation_error_message="Amounts and quantities are not negative.",
            ),
            models.CheckConstraint(
                name="price_has_a_model_or_ends_one",
                condition=Q(is_end=True, model="", is_minimum=False)
                | Q(Q(is_end=False), ~Q(model="")),
                violation_error_message="Choose how it is priced, or that it ends the price.",
            ),
            _fits(
                "flat_amount",
                needed=("flat", "credit"),
                refused=("graduated", "volume"),
                message="Flat and credit prices have a flat amount; bands have their own.",
            ),
            _fits(
                "unit_amount",
                needed=("per_unit", "package"),
                refused=("flat", "graduated", "volume", "credit"),
                message="Prices per unit and per package, and only these, have a unit amount.",
            ),
            _fits(
                "included_units",
                needed=(),
                refused=("flat", "graduated", "volume", "credit"),
                message="Only prices per unit and per package include units.",
            ),
            _fits(
                "package_size",
                needed=("package",),
                refused=("flat", "per_unit", "graduated", "volume", "credit"),
                message="Package prices, and only these, say how many units are in a package.",
            ),
            _fits(
                "credits",
                needed=("credit",),
                refused=("flat", "per_unit", "graduated", "volume", "package"),
                message="Credit prices, and only these, say how many credits they grant.",
            ),
            models.CheckConstraint(
                name="price_package_is_not_empty",
                condition=Q(package_size=None) | Q(package_size__gt=0),
                violation_error_message="A package holds something.",
            ),
            models.CheckConstraint(
                name="price_draft_is_not_cancelled",
                condition=Q(cancelled=False) | Q(published_at__isnull=False),
                violation_error_message="Only a published price is cancelled.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge} in {self.book}, {self.currency} a {self.interval}"

    def terms(self) -> Terms:
        """What the price says; the bands are those that were prefetched, or one query."""
        return Terms(
            model=self.model,
            flat=self.flat_amount or Decimal(0),
            unit=self.unit_amount or Decimal(0),
            included=self.included_units or Decimal(0),
            size=self.package_size or Decimal(1),
            credits=self.credits or Decimal(0),
            bands=self._bands(),
        )

    def _bands(self) -> tuple[Band, ...]:
        if not self.has_bands:
            return ()
        bands = (tier.band() for tier in self.tiers.all())
        return tuple(sorted(bands, key=attrgetter("above")))

    @property
    def has_bands(self) -> bool:
        return self.model in price_models and price_models[self.model].has_bands

    def follow_release(self) -> None:
        """A line is of its release's book, and begins with it."""
        if self.published_at is None and self.release_id is not None:
            self.book_id, self.starts_on = self.release.book_id, self.release.effective_on

    def clean(self) -> None:
        super().clean()
        if self.is_end:
            given = [name for name in NUMBERS if not self._lacks(name)]
            given += [name for name in ("model", "is_minimum") if getattr(self, name)]
            if given:
                raise ValidationError(dict.fromkeys(given, "The end of a price has none."))
            return
        if self.model not in price_models:
            raise ValidationError({"model": "Choose how it is priced, or that it ends the price."})
        model = price_models[self.model]
        faults = {
            name: f"{model.name} prices need it." for name in model.needs if self._lacks(name)
        } | {
            name: f"{model.name} prices have none."
            for name in NUMBERS
            if name not in model.takes and not self._lacks(name)
        }
        if faults:
            raise ValidationError(faults)

    def _lacks(self, name: str) -> bool:
        return getattr(self, name) is None

    def clean_fields(self, exclude=None) -> None:
        self.follow_release()
        super().clean_fields(exclude)

    def save(self, *args, **kwargs) -> None:
        self.follow_release()
        super().save(*args, **kwargs)
