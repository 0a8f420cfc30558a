"""Whether somebody can walk in with the password that the demo prints."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, transaction

from metrics.demo.people import PASSWORD, PERSONAS


@register(Tags.security)
def no_demo_password(**_) -> list[Error]:
    """With DEBUG off no demo user may have the printed password.

    Asks the database only then; one that does not answer, or has no users yet, says nothing.
    """
    if settings.DEBUG:
        return []
    open_doors = _who_has_the_demo_password()
    if not open_doors:
        return []
    return [
        Error(
            f"The printed demo password still works for {', '.join(open_doors)}.",
            hint="Deactivate these users or change their passwords; use no demo data in earnest.",
            id="metrics.E001",
        )
    ]


def _who_has_the_demo_password() -> list[str]:
    from config.access.models import User  # noqa: PLC0415  (checks are registered before models)

    emails = [persona.email for persona in PERSONAS]
    try:
        with transaction.atomic():
            users = list(User.objects.filter(email__in=emails, is_active=True))
    except DatabaseError:
        return []
    return [user.email for user in users if user.check_password(PASSWORD)]
