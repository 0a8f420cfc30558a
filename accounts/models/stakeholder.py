"""Who is engaged in an opportunity."""

from django.db import models

from accounts.models.contact import Contact, ContactRole
from accounts.models.opportunity import Opportunity
from config.versions import Versioned

KNOWN_ALREADY = (ContactRole.USER, ContactRole.CHAMPION)


class Stakeholder(Versioned):
    """A contact who is engaged in an opportunity, in the part they have at the customer's."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="stakeholders")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="stakes")
    engaged_on = models.DateField(help_text="The day they were first spoken to about it.")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["opportunity", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "contact"],
                name="stakeholder_once",
                violation_error_message="This contact is engaged in the opportunity already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} in {self.opportunity}"

    @property
    def is_new(self) -> bool:
        """Whether they are neither users of what is held nor its champion."""
        return self.contact.role not in KNOWN_ALREADY
