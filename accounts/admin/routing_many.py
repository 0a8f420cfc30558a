"""Routing the accounts that were chosen in a list."""

from uuid import uuid4

from django.contrib import messages
from django.utils import timezone

from accounts.routing.assigning import assign_by_rules, question_of
from config.errors import DomainError

MOST, TOLD = 500, 10


def route_chosen(request, accounts) -> None:
    """One after another, in the order of codes; one that is refused is told, the rest goes on."""
    chosen = list(accounts.order_by("code")[: MOST + 1])
    if len(chosen) > MOST:
        messages.error(request, f"At most {MOST} accounts at once; nothing was routed.")
        return
    question, refused = question_of(on=timezone.localdate()), []
    for account in chosen:
        try:
            assign_by_rules(
                account=account, question=question, key=f"admin:{uuid4()}", by=request.user
            )
        except DomainError as refusal:
            refused.append(f"{account}: {refusal}")
    messages.success(request, f"{len(chosen) - len(refused)} accounts are routed.")
    for text in refused[:TOLD]:
        messages.warning(request, text)
