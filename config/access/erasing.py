"""What erasing a person does besides: nobody comes in as them any more, and notes lose the name."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from config.access.models import ApiKey, User
from config.privacy import declared, when_erased

OWNER = "_auth_user_id"  # where Django's sessions keep who signed in


@when_erased(User)
def shut_out(user: User) -> None:
    """No roles, no password, no factor, no keys, no sessions."""
    user.groups.clear()
    user.user_permissions.clear()
    user.set_unusable_password()
    User.objects.filter(pk=user.pk).update(
        is_active=False,
        is_staff=False,
        is_superuser=False,
        password=user.password,
        last_login=None,
    )
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    ApiKey.objects.filter(owner=user, revoked_at=None).update(revoked_at=Now())


@when_erased(User)
def end_sessions(user: User) -> None:
    """Sessions are sealed, so that no search finds what is in them: each is opened."""
    texts = [user.email.lower(), *([user.name.lower()] if user.name else [])]
    gone = []
    for session in Session.objects.iterator(chunk_size=2000):
        inside = session.get_decoded()
        said = str(inside).lower()
        if inside.get(OWNER) == str(user.pk) or any(text in said for text in texts):
            gone.append(session.pk)
    Session.objects.filter(pk__in=gone).delete()


@when_erased(User)
def rename_in_notes(user: User) -> None:
    """The admin's own notes name rows; earlier names of the person are not known otherwise."""
    blank = declared[User].blanks(user)
    notes = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User))
    notes.filter(object_id=str(user.pk)).update(object_repr=blank["email"])
