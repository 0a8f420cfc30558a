"""Policies over REST: drafted by one person, approved and applied by another."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.errands import run_policies
from accounts.models import PriceLock
from config.outbox.models import Event
from pricing.models import GrandfatheringPolicy
from tests.accounts.priced import a_charge, costs, sell
from tests.factories import program
from tests.factories.people import Program, of_role

pytestmark = pytest.mark.django_db

JSON = "application/json"
POLICIES, EXCEPTIONS = "/api/v1/grandfathering-policies/", "/api/v1/grandfathering-exceptions/"
ONE = f"{POLICIES}crm-2024/"


@pytest.fixture
def preparer():
    return program("finance_preparer")


@pytest.fixture
def approver():
    """A person, signed in: no key approves."""
    client = Program(raise_request_exception=False)
    client.force_login(of_role("finance_approver"))
    return client


@pytest.fixture
def lines():
    charge = a_charge(29)
    costs(charge, 49, on=date(2024, 3, 20))
    return [sell(charge)[0] for _ in range(2)]


@pytest.fixture
def policy(preparer, lines):
    answer = preparer.post(POLICIES, body(lines[0]), content_type=JSON)
    assert answer.status_code == 201, answer.content
    return answer.json()


def body(line, **facts) -> dict:
    return {
        "code": "crm-2024",
        "title": "CRM keeps its price",
        "rank": 1,
        "effective_on": "2024-03-02",
        "plans": [line.plan.code],
        "until": "forever",
        "cap_percent": "10",
        **facts,
    }


def act(client, path: str, wanted: dict | None = None, row: str = ONE):
    """A careful write: it names the version that it has seen."""
    seen = client.get(row).headers["ETag"]
    headers = {"If-Match": seen, "Change-Reason": "Agreed"}
    return client.post(row + path, wanted or {}, content_type=JSON, headers=headers)


def previewed(preparer) -> dict:
    answer = act(preparer, "preview/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_policy_from_draft_to_locks(preparer, approver, policy, lines):
    assert (policy["state"], policy["plans"]) == ("draft", [lines[0].plan.code])
    seen = previewed(preparer)
    wanted = {"preview_hash": seen["preview_hash"]}

    approved = act(approver, "approve/", wanted)
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    applied = act(approver, "apply/")
    assert (applied.status_code, applied.json()["state"]) == (200, "applied"), applied.content

    locks = preparer.get("/api/v1/price-locks/", {"policy": "crm-2024"}).json()["results"]
    assert [lock["root"] for lock in locks] == [line.pk for line in lines]
    assert locks[0]["amount"] == {"amount": "29.00", "currency": "USD"}
    told = Event.objects.filter(kind="account.protected").order_by("subject")
    assert [event.subject for event in told] == sorted(
        f"/accounts/{line.account.code}/" for line in lines
    )
    assert told[0].payload["moves_on"] == "2024-04-01"
    assert told[0].payload["tell_by"] == "2024-03-02"
    summary = Event.objects.get(kind="grandfathering_policy.applied")
    assert summary.payload == {"effective_on": "2024-03-02", "locks": 2}


def test_s49_a_preview_shows_three_scenarios_and_the_next_renewals(preparer, policy, lines):
    seen = previewed(preparer)

    assert (seen["lines"], seen["accounts"], seen["statuses"]) == (2, 2, {"protected": 2})
    (money,) = seen["money"]
    assert {name: money[name] for name in ("now", "policy", "forced", "frozen")} == {
        "now": 5_800,
        "policy": 9_800,
        "forced": 9_800,
        "frozen": 5_800,
    }
    assert [month["forgone"] for month in money["months"]][:3] == [3_420, 2_782, 2_080]
    assert seen["uplifts"] == {"up to 10 %": 2}
    assert seen["at_risk"]["first_days"]["number"] == 2
    assert preparer.get(f"{ONE}preview/").json() == seen
    rows = preparer.get("/api/v1/policy-preview-lines/", {"policy": "crm-2024"}).json()["results"]
    assert [step["policy"]["amount"] for step in rows[0]["renewals"]] == [
        "31.90",
        "35.09",
        "38.60",
        "42.46",
        "46.71",
        "49.00",
    ]


def test_a_preview_goes_out_as_csv(preparer, policy, lines):
    previewed(preparer)
    text = preparer.get(f"{ONE}preview-export/").content.decode("utf-8-sig").splitlines()
    assert len(text) == 3
    assert "2024-04-01,31.9,49" in text[1]


def test_who_is_to_be_told_by_when_is_a_list(preparer, policy, lines):
    previewed(preparer)
    found = preparer.get(f"{ONE}notices/").json()["results"]
    assert [row["account"] for row in found] == [line.account.code for line in lines]
    assert (found[0]["moves_on"], found[0]["tell_by"]) == ("2024-04-01", "2024-03-02")
    assert found[0]["becomes"] == {"amount": "31.90", "currency": "USD"}


def test_a_policy_that_was_never_previewed_has_no_sums(preparer, policy):
    assert preparer.get(f"{ONE}preview/").status_code == 404


def test_an_edit_takes_the_preview_back(preparer, policy):
    previewed(preparer)
    seen = preparer.get(ONE).headers["ETag"]
    headers = {"If-Match": seen, "Change-Reason": "Softer"}
    edited = preparer.patch(ONE, {"cap_percent": "5"}, content_type=JSON, headers=headers)
    assert (edited.status_code, edited.json()["state"]) == (200, "draft"), edited.content
    assert edited.json()["preview_hash"] == ""


@pytest.mark.parametrize("verb", ["approve", "apply", "end", "send-back"])
def test_no_key_decides(policy, verb):
    assert act(program("finance_approver"), f"{verb}/").status_code == 403


def test_another_number_than_that_of_the_preview_is_stale(preparer, approver, policy):
    previewed(preparer)
    refused = act(approver, "approve/", {"preview_hash": "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_preview")


def test_an_approval_needs_the_version_that_was_read(preparer, approver, policy):
    wanted = {"preview_hash": previewed(preparer)["preview_hash"]}
    headers = {"Change-Reason": "Agreed"}
    refused = approver.post(f"{ONE}approve/", wanted, content_type=JSON, headers=headers)
    assert refused.status_code == 428


@pytest.mark.django_db(transaction=True)  # a worker tells how far it is by a connection of its own
def test_more_lines_than_a_request_can_wait_for_are_left_to_a_worker(
    preparer, approver, policy, monkeypatch
):
    monkeypatch.setattr("accounts.api.protection_views.AT_ONCE", 1)
    policies = GrandfatheringPolicy.objects
    assert preparer.get(f"{ONE}progress/").status_code == 404

    asked = act(preparer, "preview/")

    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert asked.headers["Location"].endswith(f"{ONE}progress/")
    again = act(preparer, "preview/")
    assert (again.status_code, again.json()["code"]) == (409, "under_way")
    assert policies.get().state == "draft"
    run_policies(clock=timezone.now, stop=lambda: False)
    told = preparer.get(asked.headers["Location"]).json()
    assert {name: told[name] for name in ("kind", "state", "done", "total")} == {
        "kind": "preview",
        "state": "done",
        "done": 2,
        "total": 2,
    }

    unread = act(approver, "approve/", {"preview_hash": "0" * 64})
    assert (unread.status_code, unread.json()["code"]) == (409, "stale_preview")
    wanted = {"preview_hash": policies.get().preview_hash}
    assert act(approver, "approve/", wanted).status_code == 202
    assert policies.get().state == "previewed"
    run_policies(clock=timezone.now, stop=lambda: False)
    assert (policies.get().state, policies.get().approver.pk) == ("approved", whoever(approver))
    assert act(approver, "apply/").json()["kind"] == "apply"
    run_policies(clock=timezone.now, stop=lambda: False)
    assert (policies.get().state, PriceLock.objects.count()) == ("applied", 2)


def whoever(client) -> int:
    return int(client.session["_auth_user_id"])


def test_a_policy_without_plans_is_refused(preparer, lines):
    refused = preparer.post(POLICIES, body(lines[0], plans=[]), content_type=JSON)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (400, "plans")


def test_an_exception_counts_once_somebody_else_approved_it(preparer, approver, policy, lines):
    wanted = {
        "policy": "crm-2024",
        "account": lines[0].account.code,
        "kind": "exclude",
        "reason": "Has agreed to the new price",
        "expires_on": "2030-01-01",
    }
    made = preparer.post(EXCEPTIONS, wanted, content_type=JSON)
    assert (made.status_code, made.json()["approver"]) == (201, None), made.content
    assert previewed(preparer)["lines"] == 2
    row = f"{EXCEPTIONS}{made.json()['id']}/"
    assert act(program("finance_approver"), "approve/", row=row).status_code == 403

    assert act(approver, "approve/", row=row).status_code == 200

    assert previewed(preparer)["lines"] == 1
    headers = {"If-Match": preparer.get(row).headers["ETag"], "Change-Reason": "Longer"}
    edited = preparer.patch(row, {"reason": "Other"}, content_type=JSON, headers=headers)
    assert edited.json()["approver"] is None


def test_an_exception_to_an_applied_policy_is_refused(preparer, approver, policy, lines):
    act(approver, "approve/", {"preview_hash": previewed(preparer)["preview_hash"]})
    act(approver, "apply/")
    wanted = {
        "policy": "crm-2024",
        "account": lines[0].account.code,
        "kind": "exclude",
        "reason": "Too late",
        "expires_on": "2030-01-01",
    }
    refused = preparer.post(EXCEPTIONS, wanted, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert refused.json()["detail"] == "The policy is applied: exceptions to it came before."
    assert PriceLock.objects.count() == 2
