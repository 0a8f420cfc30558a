"""Something happened."""

from typing import Self

from django.apps import apps
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import BigIntegerField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Now
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from config.access.scoping import may_view, narrowed, visible
from config.outbox.events import key_field
from config.outbox.fields import OldestRunning, ThisTransaction, TransactionField
from config.outbox.kinds import Kind, kinds

# Compared as a row, which the index finds at once, however many events a transaction wrote.
PLACE = Func("xid", "id", function="ROW", output_field=TransactionField())


def _place(xid: int, number: int) -> Func:
    values = Value(xid, TransactionField()), Value(number, BigIntegerField())
    return Func(*values, function="ROW", output_field=TransactionField())


class EventQuerySet(models.QuerySet):
    def settled(self) -> Self:
        """Events before which none can appear any more: all older transactions have ended."""
        return self.filter(xid__lt=OldestRunning())

    def in_order(self) -> Self:
        return self.order_by("xid", "id")

    def after(self, xid: int, number: int) -> Self:
        """Events that come later in the order than the place."""
        return self.filter(GreaterThan(PLACE, _place(xid, number)))

    def until(self, xid: int, number: int) -> Self:
        """Events up to the place."""
        return self.filter(LessThanOrEqual(PLACE, _place(xid, number)))

    def visible_to(self, actor) -> Self:
        """Events about rows that the actor may see."""
        whole, rows = [], Q(pk__in=[])
        for kind in kinds.values():
            model = apps.get_model(kind.about)
            if not may_view(model, actor):
                continue
            if narrowed(model, actor):
                rows |= Q(kind=kind.code, subject__in=_subjects(kind, model, actor))
            else:
                whole.append(kind.code)
        return self.filter(Q(kind__in=whole) | rows)


def _subjects(kind: Kind, model: type[models.Model], actor) -> QuerySet:
    key = Cast(key_field(model), TextField())
    path = Concat(Value(f"/{kind.path}/"), key, Value("/"), output_field=TextField())
    return visible(model._default_manager.order_by(), actor).values_list(path)


class Event(models.Model):
    """Something happened to the resource at `subject`; a row is never changed.

    It is removed when it is old (config.outbox.retention); erasing a person blanks what it says
    of them, and nothing else (config.erasure).

    `xid` is the transaction that did it. In the order of (xid, id), and below the oldest running
    transaction, no event can appear before one that has been read.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=500, help_text="Path of the resource below /api/v1.")
    payload = models.JSONField(help_text="Thin: ask the resource for the rest.")
    xid = TransactionField(db_default=ThisTransaction(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["xid", "id"]
        indexes = [
            models.Index(fields=["xid", "id"], name="event_in_order"),
            BrinIndex(fields=["created_at"], name="event_age", autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_subject_is_a_path",
                condition=Q(subject__regex=r"^/.*/$"),
                violation_error_message="The subject is a path such as /products/crm/.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
