"""Where events are sent."""

import secrets
from base64 import b64encode
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from config.outbox.address import AddressRefused, read_url
from config.outbox.fields import OldestRunning, TransactionField
from config.outbox.kinds import kind_codes


def new_secret() -> str:
    """A signing secret of 256 random bits, as Standard Webhooks spells it."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


WRITTEN_BY_FORMS = ["url", "description", "kinds", "active", "disabled_because", "owner"]


class WebhookEndpoint(models.Model):
    """An address that is sent events, as far as its owner may see what they are about.

    The position is the place in the feed up to which deliveries have been made.
    """

    url = models.CharField(
        "URL", max_length=2000, help_text="https, on port 443 or 8443, at a public address."
    )
    description = models.CharField(max_length=200, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=60, choices=kind_codes),
        default=list,
        blank=True,
        help_text="Kinds of events to send; none chosen: all.",
    )
    active = models.BooleanField(
        default=True, help_text="Switched off, nothing is sent; switched on, it goes on from there."
    )
    disabled_because = models.CharField(max_length=200, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        help_text="Who changed it last: only what this person may see is sent.",
    )
    secret = models.CharField(max_length=100, default=new_secret, editable=False)
    previous_secret = models.CharField(max_length=100, blank=True, editable=False)
    previous_secret_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Until then, the old secret signs too."
    )
    position_xid = TransactionField(db_default=OldestRunning(), editable=False)
    position_id = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="webhook_endpoint_old_secret_has_an_end",
                condition=Q(previous_secret="", previous_secret_until=None)
                | ~Q(previous_secret="") & Q(previous_secret_until__isnull=False),
                violation_error_message="An old secret is known together with its last moment.",
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.url[:80]

    def save(self, *args, **kwargs) -> None:
        if self.active:
            self.disabled_because = ""
        if not self._state.adding:  # the rest belongs to rotation and to the dispatcher
            kwargs.setdefault("update_fields", WRITTEN_BY_FORMS)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        try:
            read_url(self.url)
        except AddressRefused as refusal:
            raise ValidationError({"url": str(refusal)}) from refusal

    def signing_secrets(self, *, at: datetime) -> list[str]:
        """The secrets that sign at the moment, the newest first."""
        if self.previous_secret_until and at < self.previous_secret_until:
            return [self.secret, self.previous_secret]
        return [self.secret]
