"""Duties that one person never has together, and who may touch those who have them.

The database refuses somebody who would prepare and approve prices. So that nobody gets around it
as a second person, the finance roles and the way in of those who have one are a superuser's.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from config.access.models import User

PREPARER, APPROVER = "finance_preparer", "finance_approver"
FINANCE = frozenset({PREPARER, APPROVER})
GUARDED = "Superusers, and people with a finance role, are changed by a superuser alone."
NEVER_BOTH = "Preparer and approver of prices are never one person: choose one of the two roles."


def is_both(roles: Iterable[str]) -> bool:
    """Whether these roles let one person prepare and approve."""
    return set(roles) >= FINANCE


def is_guarded(user: User) -> bool:
    """Whether only a superuser changes the person, lets them in anew or lets a key act for them."""
    return user.is_superuser or any(group.name in FINANCE for group in user.groups.all())


def unguarded(users: QuerySet[User]) -> QuerySet[User]:
    """The people whom a user administrator looks after."""
    finance = User.groups.through.objects.filter(group__name__in=FINANCE).values("user")
    return users.filter(~Q(pk__in=finance), is_superuser=False)
