"""What customers use: told over REST in batches, and from files; once, however often it is told."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.health import health_of, record_health
from accounts.importing.report import Refused
from accounts.importing.usage import import_usage
from accounts.models import HealthScore, UsageDay
from tests.factories import (
    AccountFactory,
    FeatureFactory,
    HealthScoreFactory,
    UsageDayFactory,
    owned_by,
    program,
)
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db

JSON = "application/json"
DAY = date(2026, 5, 1)


@pytest.fixture
def acme():
    return AccountFactory(code="acme")


@pytest.fixture
def users():
    return FeatureFactory(code="users", value_type="quantity")


@pytest.fixture
def post(acme, users):
    client = program("revops")
    return lambda path, body, **given: client.post(
        f"/api/v1/{path}/", body, content_type=JSON, **given
    )


def row(**facts) -> dict:
    return {"account": "acme", "feature": "users", "day": "2026-05-01", "value": "7", **facts}


def rows() -> list[tuple]:
    return list(UsageDay.objects.values_list("account__code", "kind", "day", "value"))


def test_a_day_is_told_and_read(post):
    made = post("usage", row(value="7.5"))

    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], **row(value="7.5", kind="use")}
    found = program("viewer").get(
        "/api/v1/usage/?account=acme&first_day=2026-05-01&last_day=2026-05-01"
    )
    assert found.json()["results"] == [made.json()]


def test_a_batch_is_taken_once_however_often_it_is_told(post):
    told = [row(day=f"2026-05-{day:02}") for day in range(1, 31)]
    told.append(row(kind="gate_hit", value="3"))

    first = post("usage/batch", {"rows": told})
    again = post("usage/batch", {"rows": told})
    changed = post("usage/batch", {"rows": [row(value="8"), row(day="2026-06-01")]})

    assert first.status_code == 201
    assert first.json() == {"rows": 31, "added": 31, "changed": 0, "unchanged": 0}
    assert again.json() == {"rows": 31, "added": 0, "changed": 0, "unchanged": 31}
    assert changed.json() == {"rows": 2, "added": 1, "changed": 1, "unchanged": 0}
    assert UsageDay.objects.count() == 32


def test_the_same_key_answers_again_and_another_body_is_refused(post):
    key = {"Idempotency-Key": "batch-1"}
    first = post("usage/batch", {"rows": [row()]}, headers=key)
    again = post("usage/batch", {"rows": [row()]}, headers=key)
    other = post("usage/batch", {"rows": [row(value="9")]}, headers=key)
    none = post("usage/batch", {"rows": [row()]}, headers={"Idempotency-Key": ""})

    assert first.json() == again.json() == {"rows": 1, "added": 1, "changed": 0, "unchanged": 0}
    assert other.status_code == 422
    assert none.status_code == 400


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("account", "nobody", "does_not_exist"),
        ("account", 7, "invalid"),
        ("feature", "nothing", "does_not_exist"),
        ("day", "2026-02-30", "invalid"),
        ("value", "-1", "invalid"),
        ("value", 7, "invalid"),
        ("value", "1e3", "invalid"),
        ("kind", "sleep", "invalid_choice"),
        ("colour", "red", "unknown"),
    ],
)
def test_a_fault_is_named_by_its_row_and_nothing_is_taken(post, name, value, code):
    answer = post("usage/batch", {"rows": [row(day="2026-05-02"), row(**{name: value})]})

    assert answer.status_code == 400
    assert [(e["path"], e["code"]) for e in answer.json()["errors"]] == [(f"rows.1.{name}", code)]
    assert rows() == []


def test_a_day_twice_in_a_batch_and_a_missing_member_are_faults(post):
    twice = post("usage/batch", {"rows": [row(), row(value="8")]})
    missing = post("usage/batch", {"rows": [{"account": "acme", "feature": "users"}]})

    assert twice.json()["errors"][0]["code"] == "duplicate"
    assert [e["path"] for e in missing.json()["errors"]] == ["rows.0.day", "rows.0.value"]


def test_a_batch_costs_the_same_with_one_row_and_with_500(acme, users):
    client = program("revops")

    def cost(days: int) -> int:
        told = [row(day=date.fromordinal(738000 + day).isoformat()) for day in range(days)]
        with CaptureQueriesContext(connection) as queries:
            made = client.post("/api/v1/usage/batch/", {"rows": told}, content_type=JSON)
            assert made.json()["rows"] == days
        return len(queries)

    cost(1)
    assert cost(500) == cost(2)


def test_only_whoever_sees_an_account_tells_and_reads_of_it(acme, users):
    UsageDayFactory(account=AccountFactory(code="other"), feature=users)
    csm = of_role("csm")
    owned_by(csm, account=acme)
    UsageDayFactory(account=acme, feature=users)

    found = program_of(csm).get("/api/v1/usage/").json()["results"]
    assert [each["account"] for each in found] == ["acme"]


def file(tmp_path, text: str):
    path = tmp_path / "usage.csv"
    path.write_text(text)
    return path


def test_a_file_is_brought_in_and_again_changes_nothing(acme, users, tmp_path):
    path = file(
        tmp_path,
        "day,note,value,account,feature,kind\n"
        "2026-05-01,x,7.5,acme,users,\n"
        "2026-05-02,y,8,acme,users,use\n"
        "2026-05-02,z,2,acme,users,gate_hit\n",
    )
    UsageDayFactory(account=acme, feature=users, day=DAY, value=1)

    first, again = import_usage(usage=path), import_usage(usage=path)

    assert first.counts == {
        "rows": 3,
        "usage_created": 2,
        "usage_corrected": 1,
        "usage_unchanged": 0,
    }
    assert again.counts["usage_unchanged"] == 3
    assert ("acme", "use", DAY, Decimal("7.5")) in rows()
    assert first.ignored_columns == ["usage.csv: note"]


BAD = """account,feature,day,value,kind
acme,users,2026-05-01,7,
nobody,users,2026-05-01,7,
acme,nothing,2026-05-01,7,
acme,users,2026-02-30,7,
acme,users,2026-05-02,seven,
acme,users,2026-05-03,7,sleep
acme,users,2026-05-01,9,
"""


def test_every_bad_row_of_a_file_is_named_and_nothing_or_the_rest_is_taken(acme, users, tmp_path):
    path = file(tmp_path, BAD)

    with pytest.raises(Refused) as refused:
        import_usage(usage=path)
    assert sorted((p.row, p.column, p.code) for p in refused.value.report.problems) == [
        (3, "account", "unknown_account"),
        (4, "feature", "unknown_feature"),
        (5, "day", "unreadable_date"),
        (6, "value", "unreadable_number"),
        (7, "kind", "unknown_kind"),
        (8, "day", "duplicate_row"),
    ]
    assert rows() == []
    report = import_usage(usage=path, skip_bad_rows=True)
    assert (report.counts["usage_created"], report.counts["usage_unchanged"]) == (1, 0)


@pytest.mark.parametrize(
    "text",
    ["", "account,feature,day\n", "account,feature,day,value\nacme,users\n", "\xff\n", 'a,"b\n'],
)
def test_a_file_that_is_none_is_refused_in_words(acme, users, tmp_path, text):
    path = tmp_path / "usage.csv"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(Refused) as refused:
        import_usage(usage=path)
    assert refused.value.report.unreadable


def test_the_command_says_what_it_did(acme, users, tmp_path):
    said = StringIO()
    call_command(
        "import_usage",
        usage=file(tmp_path, "account,feature,day,value\nacme,users,2026-05-01,7\n"),
        stdout=said,
    )

    assert "1  usage created" in said.getvalue()


def test_health_is_told_in_batches_and_falls_into_a_band(post):
    told = [
        {"account": "acme", "day": f"2026-05-0{day}", "score": score, "sources": ["logins"]}
        for day, score in ((1, 39), (2, 40), (3, 69), (4, 70))
    ]
    first = post("health-scores/batch", {"rows": told})
    again = post("health-scores/batch", {"rows": told})

    assert (first.json()["added"], again.json()["unchanged"]) == (4, 4)
    bands = HealthScore.objects.order_by("day").values_list("band", flat=True)
    assert list(bands) == ["red", "yellow", "yellow", "green"]
    one = post("health-scores", {"account": "acme", "day": "2026-05-04", "score": 12})
    assert (one.status_code, one.json()["band"], one.json()["sources"]) == (201, "red", [])


@pytest.mark.parametrize("score", [-1, 101, "70", 7.5, True])
def test_a_score_is_from_0_to_100(post, score):
    body = {"account": "acme", "day": "2026-05-01", "score": score}

    assert post("health-scores", body).status_code == 400
    assert post("health-scores/batch", {"rows": [body]}).status_code == 400


def test_the_health_of_an_account_is_its_last_score_that_is_not_stale(acme):
    HealthScoreFactory(account=acme, day=date(2026, 5, 1), score=20, band="red")
    HealthScoreFactory(account=acme, day=date(2026, 5, 20), score=90)

    found = [health_of(account=acme, on=date(2026, *day)) for day in ((5, 19), (6, 18), (6, 19))]
    assert [score and score.score for score in found] == [20, 90, None]
    assert record_health([]).rows == 0


def test_usage_and_health_are_put_right_in_the_admin(admin_client, acme, users):
    used = UsageDayFactory(account=acme, feature=users, day=DAY, value=1)
    admin_client.post(reverse("admin:accounts_usageday_change", args=[used.pk]), {"value": "4"})
    given = {"account": acme.pk, "day": "2026-05-01", "score": "30", "sources": "logins, tickets"}
    admin_client.post(reverse("admin:accounts_healthscore_add"), given)

    used.refresh_from_db()
    assert used.value == 4
    score = HealthScore.objects.get()
    assert (score.band, score.sources) == ("red", ["logins", "tickets"])
