"""Telling, on the day on which it has to happen, whom to tell that a price moves."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from accounts.grandfathering.reports import notices
from accounts.models import PolicyPreview, PriceLock
from accounts.promise_events import notices_due
from config.postgresql.limits import allow_long_work
from pricing.models import PolicyState

PROMISED = (PolicyState.APPLIED, PolicyState.ENDED)


def tell_notices(*, on: date) -> int:
    """Tell of every customer who is to be told by the day, or was by one that was missed.

    Each policy is a transaction of its own, which remembers how far it told: a second time tells
    nobody. Returns how many customers that were.
    """
    ids = PolicyPreview.objects.filter(policy__state__in=PROMISED).values_list("pk", flat=True)
    return sum(_tell(pk, on) for pk in list(ids))


@transaction.atomic
def _tell(pk: int, on: date) -> int:
    allow_long_work()
    preview = PolicyPreview.objects.select_for_update().select_related("policy").get(pk=pk)
    if preview.told_until and preview.told_until >= on:
        return 0
    since = preview.told_until or date.min
    rows = preview.policy.preview_lines.annotate(root=Coalesce("line__root", "line"))
    kept = PriceLock.objects.filter(policy=preview.policy, root=OuterRef("root"), end_reason="")
    due = [
        (each.account, each.moves_on, each.tell_by)
        for each in notices(preview.policy, rows=rows.filter(Exists(kept)))
        if since < each.tell_by <= on < each.moves_on
    ]
    preview.told_until = on
    preview.save(update_fields=["told_until"])
    return notices_due(preview.policy.code, due)
