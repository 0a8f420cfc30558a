"""What lines refer to, read once for all of them: many share a plan, a price or a subscription."""

from collections.abc import Iterable, Sequence

from django.db.models import Model

from accounts.models import SubscriptionLine


def share(lines: Iterable[SubscriptionLine], *names: str) -> list[SubscriptionLine]:
    """The lines with what these fields of theirs refer to; a query for each name.

    Cheaper than joins where lines are many: what they share is made once, not line by line.
    """
    lines = list(lines)
    for name in names:
        _share(lines, name)
    return lines


def share_books(lines: Iterable[SubscriptionLine]) -> None:
    """Let the prices that lines share know their books; one query."""
    _share(list({id(line.price): line.price for line in lines if line.price}.values()), "book")


def _share(rows: Sequence[Model], name: str) -> None:
    if not rows:
        return
    field = rows[0]._meta.get_field(name)
    wanted = {getattr(row, field.attname) for row in rows} - {None}
    found = field.related_model._base_manager.filter(pk__any_of=wanted)
    shared = {each.pk: each for each in found}
    for row in rows:
        field.set_cached_value(row, shared.get(getattr(row, field.attname)))
