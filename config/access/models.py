"""Who acts: people who sign in, and the keys of their programs."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from config.access.scopes import scope_choices
from config.privacy import personal


class LoginField(models.EmailField):
    """An e-mail address in lower case: however it is typed, it names one person."""

    def to_python(self, value):
        value = super().to_python(value)
        return value.lower() if value else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **facts) -> "User":
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **facts) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **facts)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or the service account that stands for a program. The e-mail is the login."""

    email = LoginField("e-mail", unique=True, error_messages={"unique": "This e-mail is taken."})
    name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField(
        "may enter the admin", default=False, help_text="What may be done there follows from roles."
    )
    is_active = models.BooleanField(
        "active",
        default=True,
        help_text="Switch off instead of deleting: history keeps its author, keys stop at once.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                name="user_email_in_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message="The e-mail must be in lower case.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name


personal(User, email=lambda user: f"erased-{user.pk}@erased.invalid", name="")


class ApiKey(models.Model):
    """A program's way in: it may do what its owner may do, narrowed to its scopes."""

    name = models.CharField(max_length=100, help_text="What the key is used for.")
    prefix = models.CharField(
        max_length=12, unique=True, editable=False, help_text="The part before the dot; no secret."
    )
    hash = models.CharField(max_length=64, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    scopes = ArrayField(models.CharField(max_length=30, choices=scope_choices))
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it does not expire.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="To the minute."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="api_key_has_a_scope",
                condition=Q(scopes__len__gt=0),
                violation_error_message="A key needs at least one scope.",
            ),
            models.CheckConstraint(
                name="api_key_keeps_only_a_hash",
                condition=Q(hash__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="Only the SHA-256 of the secret is kept.",
            ),
            models.CheckConstraint(
                name="api_key_expires_after_it_was_made",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
                violation_error_message="It must expire after it was made.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    def has_expired(self, *, at: datetime) -> bool:
        """Whether it is of no use any more at that instant."""
        return self.expires_at is not None and self.expires_at <= at
