"""Erasing a person: their name and e-mail stand nowhere in the database any more."""

import json
from contextlib import nullcontext
from datetime import date
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Assignment, LedgerEntry, SubscriptionLine, Team
from config.access.keys import issue
from config.access.models import ApiKey, User
from config.access.scopes import Scope
from config.audit.context import stating
from config.audit.history import history_of
from config.audit.invariants import personal_columns_are_masked
from config.audit.models import Event as AuditEvent
from config.copies import BLANK, mentions, pattern, spellings
from config.erasure import AlreadyErased, erase
from config.invariants import invariants
from config.models import StoredResponse
from config.outbox import emit
from config.outbox.deliveries import create_deliveries
from config.outbox.models import DeliveryAttempt, Event, WebhookDelivery, WebhookEndpoint
from config.privacy import declared, personal
from tests.config.audit.trail import mark, since
from tests.factories import AccountFactory, LineFactory, MemberFactory, UserFactory, owned_by
from tests.factories.people import of_role

EMAIL, NAME = "zoë.o'privat@example.org", 'Zoë "Zo" O\'Privat'
WORDS = ("privat", "zoë")
DAY = date(2026, 1, 1)


def dump() -> str:
    """Every row of every table, as text; what is sealed is opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        text = []
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            text += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    text += [f"inside a session: {each.get_decoded()}" for each in Session.objects.all()]
    return (
        "\n".join(text).encode().decode("unicode_escape", "replace").lower()
        + "\n".join(text).lower()
    )


def found() -> list[str]:
    return [line[:200] for line in dump().splitlines() if any(word in line for word in WORDS)]


@pytest.fixture
def zoe(roles) -> User:
    """Somebody with a past in every table that keeps copies."""
    user = User.objects.create_user(EMAIL, "secret", name=NAME, is_staff=True)
    user.groups.add(*_groups("csm"))
    _in_notes(user)
    _in_messages(user)
    _signed_in(user)
    return user


def _groups(*names: str):
    return Group.objects.filter(name__in=names)


def _in_notes(user: User) -> None:
    for shown in (str(user), "An earlier name of Zoë"):
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(User),
            object_id=str(user.pk),
            object_repr=shown,
            action_flag=CHANGE,
            change_message=json.dumps([{"changed": {"name": "user", "object": user.name}}]),
        )


def _in_messages(user: User) -> None:
    payload = {"description": f"Ask {user.name} <{user.email}>"}
    endpoint = WebhookEndpoint.objects.create(url="https://example.org/", owner=UserFactory())
    with transaction.atomic():
        number = emit("webhook.test", f"/webhook-endpoints/{user.email}/", payload)
    sent = WebhookDelivery.objects.create(
        endpoint=endpoint, event_id=number, next_attempt_at=timezone.now(), tries=1
    )
    DeliveryAttempt.objects.create(
        delivery=sent,
        number=1,
        sent_at=timezone.now(),
        milliseconds=1,
        request_headers={"x-owner": user.email},
        status=500,
        answer=json.dumps({"to": user.name}),
        problem=f"No such box: {user.email.upper()}",
    )
    for body in (json.dumps({"owner": user.name}), json.dumps({"o": NAME}, ensure_ascii=False)):
        StoredResponse.objects.create(
            client="key 1",
            method="POST",
            path=f"/api/v1/x/{user.email}/",
            key=f"{user.email}-{len(body)}",
            body_hash="0" * 64,
            status=201,
            headers={"Location": "/x/?owner=zo%C3%AB.o%27privat%40example.org"},
            body=body,
        )


def _signed_in(user: User) -> None:
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    EmailAddress.objects.create(user=user, email=user.email)
    Client().force_login(user)
    other = Client()
    other.force_login(UserFactory())
    session = other.session
    session["looked_for"] = user.email
    session.save()
    issue(name="till", owner=user, scopes=[Scope.CATALOG_READ])


@pytest.mark.django_db
def test_there_is_something_to_erase(zoe):
    tables = {line.split(":")[0] for line in found()}

    assert tables >= {
        "access_user",
        "account_emailaddress",
        "config_storedresponse",
        "django_admin_log",
        "inside a session",
        "outbox_deliveryattempt",
        "outbox_event",
    }


@pytest.mark.django_db
def test_afterwards_the_texts_stand_nowhere(zoe):
    done = erase(row=zoe)

    assert found() == []
    assert set(done.texts) == {EMAIL, NAME}
    assert done.copies == 6
    assert list(mentions(done.texts)) == []


@pytest.mark.django_db
def test_messages_stay_what_they_were_but_for_that(zoe):
    erase(row=zoe)

    event = Event.objects.get()
    assert event.payload == {"description": f"Ask {BLANK} <{BLANK}>"}
    bodies = [json.loads(row.body) for row in StoredResponse.objects.order_by("id")]
    assert bodies == [{"owner": BLANK}, {"o": BLANK}]
    attempt = DeliveryAttempt.objects.get()
    assert json.loads(attempt.answer) == {"to": BLANK}
    assert attempt.request_headers == {"x-owner": BLANK}


@pytest.mark.django_db
def test_nobody_comes_in_as_them_any_more(zoe):
    erase(row=zoe)
    zoe.refresh_from_db()

    assert zoe.email == f"erased-{zoe.pk}@erased.invalid"
    assert (zoe.name, zoe.is_active, zoe.is_staff, zoe.last_login) == ("", False, False, None)
    assert not zoe.has_usable_password()
    assert not zoe.groups.exists()
    assert ApiKey.objects.get(owner=zoe).revoked_at
    assert Session.objects.count() == 0
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
def test_what_they_did_stays_and_refers_to_nobody_by_name(zoe):
    account = owned_by(zoe)
    with stating(actor=f"user:{zoe.pk}"):
        line = LineFactory(subscription__account=account)
    before = [
        list(model.objects.order_by("pk").values())
        for model in (Assignment, SubscriptionLine, LedgerEntry, Account)
    ]
    erase(row=zoe)

    assert before == [
        list(model.objects.order_by("pk").values())
        for model in (Assignment, SubscriptionLine, LedgerEntry, Account)
    ]
    assert account.assignments.get().member.user == zoe
    assert history_of(line).last().actor == f"user:{zoe.pk}"


@pytest.mark.django_db
def test_the_erasure_is_told_by_the_trail_without_the_texts(zoe):
    with stating(actor="user:7", reason="Asked to"):
        erase(row=zoe)

    event = AuditEvent.objects.filter(table_name="access_user", row_id=zoe.pk).first()
    assert (event.actor, event.reason) == ("user:7", "Asked to")
    assert (event.before["email"], event.after["email"]) == ("changed", "changed")


@pytest.mark.django_db
def test_others_with_a_part_of_the_name_keep_theirs(zoe):
    other = UserFactory(email="anna@example.org", name="Anna")
    bob = UserFactory(email="nna@example.org", name="Ann")
    with transaction.atomic():
        emit("webhook.test", "/webhook-endpoints/1/", {"description": "Ann and Anna, Annapurna"})
    erase(row=bob)

    other.refresh_from_db()
    assert (other.email, other.name) == ("anna@example.org", "Anna")
    assert Event.objects.last().payload == {"description": f"{BLANK} and Anna, Annapurna"}


@pytest.mark.django_db
def test_a_second_time_is_refused(zoe):
    erase(row=zoe)

    with pytest.raises(AlreadyErased, match="Nothing personal"):
        erase(row=zoe)


@pytest.mark.django_db
def test_an_erasure_that_fails_halfway_erases_nothing(zoe, monkeypatch):
    def fail(*_):
        raise LookupError

    monkeypatch.setattr("config.erasure.blank_copies", fail)
    with pytest.raises(LookupError), transaction.atomic():
        erase(row=zoe)

    zoe.refresh_from_db()
    assert (zoe.email, zoe.is_active) == (EMAIL, True)
    assert Session.objects.count() == 2


@pytest.mark.django_db
def test_events_can_still_not_be_changed_otherwise(zoe):
    erase(row=zoe)

    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        Event.objects.update(payload={})


@pytest.mark.django_db
def test_deliveries_that_wait_are_sent_without_the_texts(zoe):
    erase(row=zoe)

    assert create_deliveries(at=timezone.now()) == 0
    assert WebhookDelivery.objects.get().event.payload["description"].count(BLANK) == 2


def test_a_text_is_found_however_it_is_spelt():
    assert spellings('é"') == {'é"', "%C3%A9%22", '\\u00e9\\"', 'é\\"'}
    assert pattern(["ab", ""]) == ""


@pytest.mark.django_db
def test_every_personal_column_is_masked_in_the_trail(monkeypatch):
    assert list(personal_columns_are_masked()) == []

    monkeypatch.setattr(declared[User], "columns", {"email": "", "is_staff": False})
    assert list(personal_columns_are_masked()) == [
        "access_user.is_staff is personal and not masked"
    ]
    assert "personal_columns_are_masked" in invariants


@pytest.mark.django_db
def test_another_model_is_one_line(monkeypatch):
    monkeypatch.setattr("config.privacy.declared", declared := dict(declared_before()))
    monkeypatch.setattr("config.erasure.declared", declared)
    personal(Team, name=lambda team: f"Team {team.pk}")
    team = MemberFactory().team
    Team.objects.filter(pk=team.pk).update(name="Zoë Privat's")
    with transaction.atomic():
        emit("webhook.test", "/webhook-endpoints/1/", {"description": "For Zoë Privat's"})
    erase(row=team)

    assert Team.objects.get().name == f"Team {team.pk}"
    assert Event.objects.get().payload == {"description": f"For {BLANK}"}
    with pytest.raises(ValueError, match="declared twice"):
        personal(Team, name="")


def declared_before() -> dict:
    return declared


def run(*words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("erase_person", *words, stdout=out)
    except SystemExit as status:
        return status.code, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_also_takes_it_out_of_the_trail_and_says_so(zoe):
    before = mark()
    with stating(actor="user:7", reason=f"{NAME} asked, see mail of {EMAIL}"):
        AccountFactory(code="acme", name="Acme")
    status, said = run(EMAIL, "--reason", "Asked to")

    assert (status, found()) == (0, [])
    assert "Removed from 1 events of the audit trail." in said
    (event,) = since(before, "accounts_account")
    assert event.reason == f"{BLANK} asked, see mail of {BLANK}"
    (told,) = (event for event in since(before, "access_user") if event.row_id is None)
    assert (told.table_name, told.after, told.reason) == ("access_user", {"erased": 1}, "Asked to")
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET reason = ''")


@pytest.mark.django_db(transaction=True)
def test_the_command_names_what_still_mentions_them_and_goes_on_from_there(zoe):
    account = AccountFactory(code="zo", name=f"Bakery of {NAME}")
    status, said = run(EMAIL, "--reason", "Asked to")
    assert status == 1
    assert "Still mentioned in accounts_account.name: 1 rows" in said
    assert "Still mentioned in audit_event" not in said  # it was taken out of there
    Account.objects.filter(pk=account.pk).update(name="Bakery")
    with transaction.atomic():
        emit("webhook.test", "/webhook-endpoints/1/", {"description": f"{NAME} again"})

    status, said = run(EMAIL, "--reason", "Asked to", "--also", NAME)
    assert (status, found()) == (0, [])
    assert "Nobody has this e-mail (any more); 1 copies are blanked." in said


@pytest.mark.django_db(transaction=True)
def test_without_the_owners_credentials_the_command_does_nothing(own_login, zoe, monkeypatch):
    monkeypatch.setattr("config.audit.scrubbing.as_owner", nullcontext)

    with pytest.raises(CommandError, match="Nothing is erased"):
        run(EMAIL, "--reason", "Asked to")
    zoe.refresh_from_db()
    assert (zoe.email, zoe.is_active) == (EMAIL, True)


@pytest.fixture
def keeper(client, roles):
    client.force_login(of_role("user_admin"))
    return client


def page(user: User) -> str:
    return reverse("admin:access_user_erase", args=[user.pk])


@pytest.mark.django_db
def test_a_user_admin_erases_with_the_e_mail_typed_and_a_reason(keeper, zoe):
    wrong = keeper.post(page(zoe), {"email": "other@example.org", "reason": "Asked to"})
    empty = keeper.post(page(zoe), {"email": EMAIL})
    assert wrong.context["form"].errors.keys() == {"email"}
    assert empty.context["form"].errors.keys() == {"reason"}

    answer = keeper.post(page(zoe), {"email": f" {EMAIL.upper()} ", "reason": "Asked to"})
    assert answer.status_code == 302
    assert found() == []
    assert AuditEvent.objects.filter(reason="Asked to", door="admin").exists()
    again = keeper.post(page(zoe), {"email": f"erased-{zoe.pk}@erased.invalid", "reason": "x"})
    assert "Nothing personal is kept" in again.text


@pytest.mark.django_db
def test_nobody_erases_themselves_or_those_above(keeper):
    me = User.objects.get(pk=keeper.session["_auth_user_id"])
    boss, approver = UserFactory(is_superuser=True), of_role("finance_approver")

    for user in (me, boss, approver):
        assert keeper.get(page(user)).status_code == 403
        assert keeper.post(page(user), {"email": user.email, "reason": "x"}).status_code == 403
        change = keeper.get(reverse("admin:access_user_change", args=[user.pk]))
        assert page(user) not in change.text
    assert not User.objects.filter(email__endswith="erased.invalid").exists()
