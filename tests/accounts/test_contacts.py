"""People at customers: kept in the admin and over REST, and erased without a trace."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from accounts.contacts import erase_contact
from accounts.models import Contact, SubscriptionLine
from config.audit.context import stating
from config.audit.history import history_of
from config.erasure import AlreadyErased
from config.outbox import emit
from config.outbox.models import Event
from tests.factories import AccountFactory, ContactFactory, LineFactory, owned_by, program
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db

JSON = "application/json"
ZOE = {"name": "Zoë Privat", "email": "zoe@privat.example", "phone": "+49 171 5550199"}
WORDS = ("privat", "zoë", "5550199")


@pytest.fixture
def post():
    client = program("revops")
    return lambda path, body, **given: client.post(
        f"/api/v1/{path}/", body, content_type=JSON, **given
    )


def stored() -> str:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        text = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            text += [row for (row,) in cursor.fetchall()]
    return "\n".join(text).lower()


def traces() -> list[str]:
    text = stored()
    return [word for word in WORDS if word in text]


def lines() -> list[tuple]:
    return list(SubscriptionLine.objects.values_list("id", "amount", "mrr", "starts_on"))


def test_a_contact_is_added_found_and_changed(post):
    AccountFactory(code="acme")
    made = post("contacts", {"account": "acme", "role": "champion", **ZOE})

    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "account": "acme",
        **ZOE,
        "role": "champion",
        "has_budget_authority": False,
        "left_on": None,
    }
    client, row = program("revops"), f"/api/v1/contacts/{made.json()['id']}/"
    left = client.patch(row, {"left_on": "2026-05-01"}, content_type=JSON)
    assert left.json()["left_on"] == "2026-05-01"
    found = [
        client.get(f"/api/v1/contacts/?account=acme&on={day}").json()["results"]
        for day in ("2026-04-30", "2026-05-01")
    ]
    assert [len(rows) for rows in found] == [1, 0]


@pytest.mark.parametrize(
    ("given", "status", "path"),
    [
        ({"role": "boss"}, 400, "role"),
        ({"name": ""}, 400, "name"),
        ({"email": "zoe"}, 400, "email"),
        ({"email": "ZOE@privat.example"}, 409, ""),
    ],
)
def test_a_contact_that_cannot_be_is_refused(post, given, status, path):
    ContactFactory(account=AccountFactory(code="acme"), **ZOE)

    answer = post("contacts", {"account": "acme", "name": "Zoe", "role": "user", **given})

    assert answer.status_code == status
    assert answer.json()["errors"][0]["path"] == path


def test_a_contact_stays_with_its_customer():
    contact = ContactFactory()

    answer = program("revops").patch(
        f"/api/v1/contacts/{contact.pk}/", {"account": AccountFactory().code}, content_type=JSON
    )

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "account")


def test_a_csm_keeps_the_contacts_of_the_own_accounts_alone(client):
    csm = of_role("csm")
    own, other = owned_by(csm, account=AccountFactory(code="own")), AccountFactory(code="other")
    ContactFactory(account=other, name="Somebody else")
    client.force_login(csm)
    given = {"name": "Ann", "role": "user", "email": "", "phone": "", "left_on": ""}

    for account in (own, other):
        client.post(reverse("admin:accounts_contact_add"), {**given, "account": account.pk})

    assert list(Contact.objects.filter(name="Ann").values_list("account__code", flat=True)) == [
        "own"
    ]
    assert "Somebody else" not in client.get("/admin/accounts/contact/").text


def test_erasing_a_contact_leaves_no_trace_and_every_price(post):
    line = LineFactory()
    body = {"account": line.account.code, "role": "executive", **ZOE}
    number = post("contacts", body, headers={"Idempotency-Key": "k-1"}).json()["id"]
    with stating(reason="A new telephone"):
        Contact.objects.filter(pk=number).update(phone="+49 171 5550199 1")
        Contact.objects.filter(pk=number).update(phone=ZOE["phone"])
    emit("account.changed", f"/accounts/{line.account.code}/", {"change": "met zoe@privat.example"})
    before, known = lines(), traces()

    answer = post(f"contacts/{number}/erase", {}, headers={"Change-Reason": "Asked%20for"})

    assert set(known) == set(WORDS)
    assert (answer.status_code, answer.json()["name"]) == (200, f"Erased contact {number}")
    assert traces() == []
    assert lines() == before
    contact = Contact.objects.get()
    assert (contact.email, contact.phone, contact.role) == ("", "", "executive")
    assert history_of(contact)[0].reason == "Asked for"
    assert Event.objects.last().kind == "contact.changed"


def test_erasing_needs_a_reason_and_happens_once(post):
    number = ContactFactory(**ZOE).pk

    asked = post(f"contacts/{number}/erase", {}, headers={"Change-Reason": ""})
    assert (asked.status_code, asked.json()["code"]) == (400, "change_reason_required")
    post(f"contacts/{number}/erase", {}, headers={"Change-Reason": "Asked"})
    again = post(f"contacts/{number}/erase", {}, headers={"Change-Reason": "Asked"})
    assert (again.status_code, again.json()["code"]) == (409, "already_erased")
    with pytest.raises(AlreadyErased):
        erase_contact(contact=Contact.objects.get())


def test_the_admin_erases_whoever_is_named(admin_client):
    contact = ContactFactory(**ZOE)
    page = reverse("admin:accounts_contact_erase", args=[contact.pk])

    wrong = admin_client.post(page, {"name": "Zoe", "reason": "Asked"})
    assert "This is not the name" in wrong.text
    admin_client.post(page, {"name": ZOE["name"], "reason": "Asked"})

    contact.refresh_from_db()
    assert contact.name == f"Erased contact {contact.pk}"
    assert traces() == []


def test_the_page_of_an_account_names_its_contacts(admin_client):
    contact = ContactFactory(name="Ann Example")
    page = reverse("admin:accounts_account_change", args=[contact.account_id])

    assert "Ann Example" in admin_client.get(page).text


def test_an_account_knows_its_fiscal_year_and_how_it_buys(post):
    made = post(
        "accounts",
        {
            "code": "acme",
            "name": "Acme",
            "currency": "USD",
            "created_on": "2026-01-01",
            "fiscal_year_starts": 7,
            "procurement_required": True,
        },
    )

    assert made.status_code == 201
    facts = made.json()
    assert (facts["fiscal_year_starts"], facts["procurement_required"]) == (7, True)
    found = program("viewer").get(
        "/api/v1/accounts/?fiscal_year_starts=7&procurement_required=true"
    )
    assert [row["code"] for row in found.json()["results"]] == ["acme"]
    wrong = program("revops").patch(
        "/api/v1/accounts/acme/", {"fiscal_year_starts": 13}, content_type=JSON
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (400, "fiscal_year_starts")


@pytest.mark.django_db(transaction=True)
def test_the_operator_erases_contacts_of_every_customer_by_e_mail():
    for _ in range(2):
        ContactFactory(**ZOE)
    said = StringIO()

    call_command("erase_person", ZOE["email"], reason="Request 7", stdout=said)

    assert "Contact" in said.getvalue()
    assert traces() == []
