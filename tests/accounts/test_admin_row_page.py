"""The page of a row: its actions beside the title or in a menu, and links that open."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from tests.factories import AccountFactory, MemberFactory
from tests.factories.expansion import upsell
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db


class Menu(HTMLParser):
    """The addresses inside the menu of further actions."""

    def __init__(self):
        super().__init__()
        self.depth, self.found = 0, []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "li" and (self.depth or given.get("class") == "pt-more"):
            self.depth += 1
        if tag == "a" and self.depth:
            self.found.append(given["href"])

    def handle_endtag(self, tag):
        if tag == "li" and self.depth:
            self.depth -= 1


def menu_of(client, page: str) -> list[str]:
    menu = Menu()
    menu.feed(client.get(page).content.decode())
    return menu.found


def page_of(account, action: str = "change") -> str:
    return reverse(f"admin:accounts_account_{action}", args=[account.pk])


def test_what_does_not_fit_beside_the_title_is_in_a_menu(client):
    client.force_login(of_role("revops"))
    account = AccountFactory()

    found = menu_of(client, page_of(account))

    assert page_of(account, "classify") in found
    assert page_of(account, "assign") not in found


def test_few_actions_need_no_menu(client):
    client.force_login(of_role("viewer"))

    assert menu_of(client, page_of(AccountFactory())) == []


def test_a_person_is_linked_only_for_those_who_may_open_their_page(client):
    opportunity = upsell(owner=MemberFactory())
    page = reverse("admin:accounts_opportunity_change", args=[opportunity.pk])
    link = reverse("admin:accounts_member_change", args=[opportunity.owner.pk])
    client.force_login(of_role("finance_preparer"))

    told = client.get(page).content.decode()

    assert str(opportunity.owner) in told
    assert link not in told

    client.force_login(of_role("auditor"))
    assert link in client.get(page).content.decode()
