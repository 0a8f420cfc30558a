"""How far the renewals of a day came."""

from django.db import models


class RenewalRun(models.Model):
    """The renewals that were due on one day, done in pieces; a piece is done or it is not.

    Whoever goes on with a run begins after the account that it came to.
    """

    on = models.DateField(unique=True)
    account = models.BigIntegerField(default=0, help_text="The last account that is done.")
    lines_due = models.PositiveIntegerField(default=0)
    lines_moved = models.PositiveIntegerField(default=0)
    accounts_moved = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-on"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.on}"
