"""Tables that follow from other tables, and tables of one row."""

from django.db import models


def derived(to: type[models.Model], **options) -> models.ForeignKey:
    """A reference of a derived row.

    The rows it follows from carry the constraints; here they would cost more than the rows.
    """
    return models.ForeignKey(
        to, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, **options
    )


class OneRow(models.Model):
    """A table of at most one row, whose id is 1; without it, its counters stand at 0."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_is_one_row", condition=models.Q(id=1)),
        ]
