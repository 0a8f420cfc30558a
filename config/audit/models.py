"""What changed, who did it, why, and through which door."""

import json
from decimal import Decimal

from django.db import models

from config.audit.context import Door


class Exact(json.JSONDecoder):
    """Reads amounts with all their digits."""

    def __init__(self, **options) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class Operation(models.TextChoices):
    INSERT = "I", "Added"
    UPDATE = "U", "Changed"
    DELETE = "D", "Deleted"
    TRUNCATE = "T", "Table emptied"


DOORS = {Door.API: "API", Door.ADMIN: "Admin", Door.COMMAND: "Command"}


class Event(models.Model):
    """One change of one row, written by a trigger; nobody writes, edits or removes events.

    An addition has no `before`, a deletion no `after`; a change has only the columns that
    changed, and the row's id. Without `row_id` it is an emptied table, or a bulk of added rows
    whose `after` tells how many (`rows`) and the range of their ids (`first`, `last`).
    """

    at = models.DateTimeField()
    transaction = models.BigIntegerField(help_text="Events of one transaction share it.")
    table_name = models.CharField("table", max_length=63)
    operation = models.CharField(max_length=1, choices=Operation)
    row_id = models.BigIntegerField("row", null=True)
    before = models.JSONField(null=True, decoder=Exact)
    after = models.JSONField(null=True, decoder=Exact)
    database_user = models.CharField(max_length=63, help_text="Who had signed in to the database.")
    actor = models.TextField(
        null=True, help_text="Whom the application names: user:ID, with key:PREFIX, or os:LOGIN."
    )
    reason = models.TextField(null=True)
    request_id = models.TextField("request", null=True)
    door = models.CharField(max_length=10, null=True, choices=DOORS)

    class Meta:
        managed = False  # a migration makes it in SQL, owned by a role of its own
        db_table = "audit_event"
        default_permissions = ("view",)
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_operation_display()}: {self.table_name} {self.row_id or ''}".strip()
