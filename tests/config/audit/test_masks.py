import pytest
from django.core.management import call_command
from django.test import Client

from config.access.keys import issue, note_use
from config.access.models import ApiKey, User
from config.audit.models import Event
from tests.config.audit.trail import ask, mark, since

pytestmark = pytest.mark.django_db
EVERYTHING = "SELECT count(*) FROM audit_event e WHERE e::text ILIKE '%%' || %s || '%%'"


def occurrences(text: str) -> int:
    return ask(EVERYTHING, text)[0][0]


def test_personal_values_and_secrets_are_nowhere_in_the_trail(person, client):
    ann = person("viewer", email="ann.privat@example.org", name="Ann Privat", is_staff=True)
    key, text = issue(name="till", owner=ann, scopes=["catalog:read"])
    assert client.login(username=ann.email, password="secret")
    ann.name = "Ann Geheim"
    ann.set_password("another")
    ann.save()
    stored = User.objects.get(pk=ann.pk).password
    Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/products/")
    ApiKey.objects.all().delete()
    ann.delete()

    assert Event.objects.filter(table_name="access_user", row_id=key.owner_id).count() >= 3
    for value in ("privat", "geheim", stored, "md5$", key.hash, text.split(".")[1]):
        assert occurrences(value) == 0, value


def test_a_masked_change_is_told_as_such(person):
    ann = person("viewer")
    before = mark()
    User.objects.filter(pk=ann.pk).update(email="new@example.org", is_staff=True)

    (event,) = since(before)
    assert event.before == {"id": ann.pk, "email": "changed", "is_staff": False}
    assert event.after == {"id": ann.pk, "email": "changed", "is_staff": True}


def test_a_person_who_changes_is_named_by_id_alone(person):
    ann = person("user_admin", is_staff=True)
    browser = Client()
    browser.force_login(ann)
    before = mark()
    answer = browser.post(
        "/admin/access/user/add/",
        {
            "email": "bob@example.org",
            "name": "Bob",
            "password1": "ein langer Satz 4711",
            "password2": "ein langer Satz 4711",
        },
    )

    assert answer.status_code == 302
    (event,) = since(before, "access_user")
    assert (event.actor, event.door) == (f"user:{ann.pk}", "admin")
    assert occurrences("example.org") == 0


def test_the_use_of_a_key_is_no_change(person):
    key, _ = issue(name="till", owner=person("viewer"), scopes=["catalog:read"])
    before = mark()
    note_use(key, at=key.created_at)

    assert since(before) == []


def test_a_key_made_by_a_command_leaves_no_secret(roles, capsys):
    call_command("create_api_key", "till", scopes="catalog:read")

    prefix, secret = capsys.readouterr().out.strip().split(".")
    assert occurrences(prefix) == 1
    assert occurrences(secret) == 0
