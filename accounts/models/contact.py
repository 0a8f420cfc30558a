"""People at customers."""

from datetime import date
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper

from accounts.models.account import Account
from config.privacy import personal
from config.versions import Versioned


class ContactRole(models.TextChoices):
    USER = "user", "User"
    CHAMPION = "champion", "Champion"
    BUDGET_OWNER = "budget_owner", "Budget owner"
    EXECUTIVE = "executive", "Executive"
    PROCUREMENT = "procurement", "Procurement"


class ContactQuerySet(models.QuerySet):
    def there(self, *, on: date) -> Self:
        """Those who had not left by the day."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))


class Contact(Versioned):
    """A person at a customer; what is known of people stands here and nowhere else."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=16, choices=ContactRole)
    has_budget_authority = models.BooleanField(
        default=False, help_text="Whether they can decide on the money themselves."
    )
    left_on = models.DateField(
        null=True, blank=True, help_text="First day they are no longer there; empty: they are."
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["account", "id"]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="contact_name_search"),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="contact_email_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                F("account"),
                Lower("email"),
                name="contact_of_an_email_is_one",
                condition=~Q(email=""),
                violation_error_message="The account has a contact with this e-mail already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


personal(Contact, name=lambda contact: f"Erased contact {contact.pk}", email="", phone="")
