"""The people of the demo see their own customers, and the manager those of the team."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Account, Assignment, Team
from accounts.ownership import sees_every_account
from config.access.models import User
from config.access.scoping import visible
from metrics.demo.book import make_book
from metrics.demo.owners import make_owners
from metrics.demo.people import make_people
from metrics.demo.stock import load
from tests.factories import AccountFactory, PortfolioFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db):
    load(make_book(on=date(2026, 6, 30), accounts=1000), on=date(2026, 6, 30))
    make_people()
    assert make_owners() == 500


def seen(login: str) -> set[Account]:
    user = User.objects.get(email=f"{login}@larkfield.example")
    return set(visible(Account.objects.all(), user))


def test_each_persona_sees_what_the_part_is(demo):
    sales, csm, manager = seen("sales"), seen("csm"), seen("manager")

    assert (len(sales), len(csm), len(manager), len(seen("revops"))) == (120, 150, 220, 1000)
    assert sales < manager
    assert not csm <= manager


def test_owners_obey_the_rules_they_were_not_asked_about(demo):
    for row in Assignment.objects.select_related("member"):
        assert row.member.is_active(on=row.starts_on)
    again = Assignment.objects.first()
    again.pk = None
    with pytest.raises(IntegrityError, match="one_owner_at_a_time"), transaction.atomic():
        again.save()


def test_colleagues_are_there_by_name_only(demo):
    edda = User.objects.get(email="edda@larkfield.example")

    assert not edda.has_usable_password()
    assert not edda.is_staff
    assert not sees_every_account(edda)


def test_owners_are_made_once_and_for_the_demos_book_only(demo):
    assert make_owners() == 0


def test_a_book_of_somebody_else_gets_no_owners(db):
    PortfolioFactory()
    AccountFactory()

    assert make_owners() == 0
    assert not Team.objects.exists()
