"""The second factor: kept encrypted, shown by the session that has it, reset by administrators."""

import logging
from base64 import urlsafe_b64encode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError

from config.access.models import User

logger = logging.getLogger("portico.signin")


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are useless in a dump of the database: their key comes from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error(
                "A second factor cannot be read: was SECRET_KEY changed without a fallback?"
            )
            raise ValidationError(
                "Your second factor cannot be read any more. Ask an administrator to reset it."
            ) from None


class ActivateForm(ActivateTOTPForm):
    """Whoever sets a factor up has shown it with that."""

    def clean_code(self) -> str:
        code = super().clean_code()
        record_authentication(context.request, self.user, "mfa", type="totp")
        return code


def has_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def shown(request) -> bool:
    """Whether the second factor was entered in this very session."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def reset(user: User) -> bool:
    """Forget a person's factor and recovery codes; says whether there was one."""
    deleted, _ = Authenticator.objects.filter(user=user).delete()
    return bool(deleted)


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portico second factor")
    return urlsafe_b64encode(derive.derive(secret.encode()))
