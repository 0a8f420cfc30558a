"""Letting an exception count: somebody else than its author does."""

from django.db import transaction

from accounts.grandfathering.deciding import OwnWork
from accounts.grandfathering.recording import NotInState
from accounts.models import GrandfatheringException
from config.access.models import User


@transaction.atomic
def approve_exception(*, exception: GrandfatheringException, by: User) -> GrandfatheringException:
    """Approve an exception as it stands; any edit after this takes the approval back.

    Raises NotInState when it is approved already, OwnWork for its author.
    """
    rows = GrandfatheringException.objects.select_for_update(no_key=True, of=("self",))
    exception = rows.select_related("policy", "account", "author").get(pk=exception.pk)
    if exception.approver_id:
        raise NotInState("It is approved already.")
    if by.pk == exception.author_id:
        raise OwnWork("Somebody else approves it: you wrote it.")
    exception.approver = by
    exception.save(update_fields=["approver"])
    return exception
