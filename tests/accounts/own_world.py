"""A world of two accounts: the asker's own, and another's."""

import re
from dataclasses import dataclass
from datetime import date

from django.test import Client

from accounts.models import Account
from accounts.profiles import classify
from config.access.models import User
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    MemberFactory,
    SubscriptionFactory,
    TeamFactory,
    UserFactory,
    owned_by,
)
from tests.factories.answers import text_of
from tests.factories.people import of_role

SELLERS = ["sales", "csm", "sales_manager"]
ABSENT = 987_654_321
OTHER = "zebra"  # in the name and code of everything that belongs to somebody else


@dataclass
class World:
    """Two accounts with one of everything: that of the asker, or of their team, and another's."""

    user: User
    own: Account
    other: Account

    def row(self, model, whose: str):
        account = {"own": self.own, "other": self.other}[whose]
        return account if model is Account else model.objects.filter(account=account).first()


def world_of(role: str) -> World:
    """The asker has the role; of a manager, the own account is that of somebody in the team."""
    user, team = of_role(role), TeamFactory()
    MemberFactory(user=user, team=team)
    charge = ChargeFactory()
    owner = UserFactory() if role == "sales_manager" else user
    own, other = (
        _customer(code, charge, by)
        for code, by in (("mine", (owner, team)), (OTHER, (UserFactory(), TeamFactory())))
    )
    return World(user, own, other)


def _customer(code: str, charge, by) -> Account:
    account = AccountFactory(code=code, parent=AccountFactory(code=f"{code}-parent"))
    LineFactory(subscription=SubscriptionFactory(account=account, code=f"{code}-1"), charge=charge)
    classify(account=account, segment=None, region=None, starts_on=date(2024, 1, 1))
    return owned_by(by[0], account=account, team=by[1])


def told(answer, *parts: object) -> tuple:
    """Status, body and where to go, without the key of the row that was asked for."""
    said = f"{answer.get('Location')} {text_of(answer)}"
    for part in parts:
        said = re.sub(rf"(?<=[/=]){part}\b", "KEY", said)
    return answer.status_code, said


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
