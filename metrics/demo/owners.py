"""Who looks after the demo's customers: two teams, with people to sign in as among them."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction

from accounts.models import Account, Assignment, Member, OwnerRole, Team
from config.access.models import User
from metrics.demo.catalog import PORTFOLIO
from portfolio.models import Portfolio

DOMAIN = "larkfield.example"
TEAMS = {"sales": "Sales", "success": "Customer success"}


class Place(NamedTuple):
    """Somebody in a team, and how many customers they look after there."""

    login: str
    name: str
    team: str
    role: OwnerRole
    accounts: int


# The manager sees what both others of the sales team own; of the rest, nobody but its owner.
PLACES = (
    Place("sales", "Sam Okiro", "sales", OwnerRole.AE, 120),
    Place("nils", "Nils Farrow", "sales", OwnerRole.AM, 90),
    Place("manager", "Marten Ruiz", "sales", OwnerRole.AM, 10),
    Place("csm", "Chiara Benn", "success", OwnerRole.CSM, 150),
    Place("edda", "Edda Malin", "success", OwnerRole.CSM, 130),
)


@transaction.atomic
def make_owners() -> int:
    """Add teams, members and their accounts, since these are known; returns how many those are.

    Nothing where there is a team already, or where the book is not the demo's.
    """
    if Team.objects.exists() or not Portfolio.objects.filter(code=PORTFOLIO["code"]).exists():
        return 0
    accounts = list(Account.objects.order_by("code"))
    if not accounts:
        return 0
    first = min(account.created_on for account in accounts)
    teams = {code: Team.objects.create(code=code, name=name) for code, name in TEAMS.items()}
    dealt = {code: _spread(accounts, code) for code in TEAMS}
    assignments = []
    for place in PLACES:
        member = Member.objects.create(
            user=_person(place), team=teams[place.team], role=place.role, starts_on=first
        )
        assignments += [
            Assignment(
                account=account, role=place.role, member=member, starts_on=account.created_on
            )
            for _, account in zip(range(place.accounts), dealt[place.team], strict=False)
        ]
    Assignment.objects.bulk_create(assignments)
    return len(assignments)


def _spread(accounts: list[Account], team: str) -> Iterator[Account]:
    """Accounts for a team, evenly from the oldest to the newest."""
    wanted = sum(place.accounts for place in PLACES if place.team == team)
    return iter(accounts[:: max(len(accounts) // wanted, 1)])


def _person(place: Place) -> User:
    """The persona with this login; a colleague of theirs is there by name only."""
    email = f"{place.login}@{DOMAIN}"
    return User.objects.filter(email=email).first() or User.objects.create_user(
        email, name=place.name
    )
