"""From where on the feed is complete."""

from django.db import models

from config.outbox.fields import TransactionField


class Horizon(models.Model):
    """The place in the feed up to which events may have been removed; one row, or none yet."""

    xid = TransactionField()
    number = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="horizon_is_one",
                condition=models.Q(id=1),
                violation_error_message="There is one horizon.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.xid}-{self.number}"
