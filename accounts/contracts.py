"""Whose contract prices somebody sees: those of the customers whom they see."""

from django.db.models import Q, QuerySet

from accounts.models import Account
from config.access.scoping import visible


def of_seen_books(rows: QuerySet, actor, *, path: str) -> QuerySet:
    """Rows of books for everybody or a market, and of contracts with customers in reach.

    `path` leads from the rows to their book. The very queryset where the actor sees every account.
    """
    accounts = Account.objects.all()
    seen = visible(accounts, actor)
    if seen is accounts:
        return rows
    field = f"{path}account_code"
    return rows.filter(Q(**{field: None}) | Q(**{f"{field}__in": seen.order_by().values("code")}))
