"""What the frame itself remembers."""

from django.db import models
from django.db.models.functions import Now


class StoredResponse(models.Model):
    """The answer to a request with an Idempotency-Key, kept so that its retries get the same.

    Written in the transaction of the effect: where there is a row, there was an effect.
    """

    client = models.CharField(max_length=40)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=600)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["created_at"], name="storedresponse_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "method", "path", "key"], name="storedresponse_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"


class NightlyJob(models.Model):
    """Something that is done every night: when it is due next, and what came of it last.

    A worker that does it moves `next_at` to when another may if this one dies.
    """

    name = models.CharField(max_length=60, primary_key=True)
    next_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)
    said = models.TextField(default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
