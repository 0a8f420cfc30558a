"""Erasing a person at a customer."""

from django.db import transaction

from accounts.models import Contact
from config.erasure import Erased, erase
from config.outbox.events import Change, tell


@transaction.atomic
def erase_contact(*, contact: Contact) -> Erased:
    """Blank what is known of a person, and every copy of it; what refers to them stays.

    Raises AlreadyErased when nothing personal is left.
    """
    erased = erase(row=contact)
    tell(contact, Change.CHANGED)
    return erased
