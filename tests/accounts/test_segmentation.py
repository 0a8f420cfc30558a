"""Which segment an account belongs to by the rules, why, and all of them put there at once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccountProfile, EntryKind, LedgerEntry, SegmentRule
from accounts.profiles import classify
from accounts.segmentation import StalePreview, explain, preview, reclassify
from config.outbox.models import Event
from tests.factories import (
    AccountFactory,
    LineFactory,
    RegionCountryFactory,
    RegionFactory,
    SegmentFactory,
    SegmentRuleFactory,
    SubscriptionFactory,
    program,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"
DAY, BEFORE = date(2026, 5, 1), date(2026, 1, 1)


@pytest.fixture
def rules():
    """Large firms and those with procurement, then German ones, then everybody else."""
    ent, mid, smb = (SegmentFactory(code=code) for code in ("ent", "mid", "smb"))
    SegmentRuleFactory(rank=10, segment=ent, employees_from=1000)
    SegmentRuleFactory(rank=20, segment=ent, procurement_required=True, industry="Banking")
    SegmentRuleFactory(rank=30, segment=mid, country="DE", employees_from=50, employees_to=999)
    SegmentRuleFactory(rank=40, segment=smb, employees_to=49)
    return {"ent": ent, "mid": mid, "smb": smb}


def account(**facts):
    return AccountFactory(**facts)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"employees": 1000}, "ent"),
        ({"employees": 999, "country": "DE"}, "mid"),
        ({"employees": 999, "country": "FR"}, None),
        ({"employees": 3, "industry": "banking", "procurement_required": True}, "ent"),
        ({"employees": 3, "industry": "banking"}, "smb"),
        ({"employees": 0}, "smb"),
        ({"country": "DE"}, None),
    ],
)
def test_s63_the_first_rule_that_fits_decides_for_one_and_for_all(rules, facts, code):
    customer = account(**facts)

    found = explain(account=customer, on=DAY)
    seen = preview(on=DAY)

    assert (found.segment and found.segment.code) == code
    assert [move.segment_after for move in seen.moves] == ([code] if code else [])
    assert seen.unmatched == (code is None)


def test_s63_the_trace_says_why_condition_by_condition(rules):
    found = explain(account=account(employees=60, country="DE"), on=DAY)

    steps = [(step["step"], step["matched"]) for step in found.trace]
    assert steps == [
        ("explicit", False),
        ("rule 10", False),
        ("rule 20", False),
        ("rule 30", True),
        ("rule 40", False),
    ]
    assert found.trace[1]["conditions"][2] == {
        "criterion": "employees_from",
        "wanted": "1000",
        "found": "60",
        "fits": False,
    }
    assert all(condition["fits"] for condition in found.trace[3]["conditions"])
    assert found.trace[4]["reason"] == "Not asked: rule 30: mid fits before it."


def test_what_was_said_by_hand_wins(rules):
    customer = account(employees=3)
    classify(account=customer, segment=rules["ent"], region=None, starts_on=BEFORE)

    found = explain(account=customer, on=DAY)
    assert found.segment == rules["ent"]
    assert [step["matched"] for step in found.trace] == [True, False, False, False, False]
    seen = preview(on=DAY)
    assert (seen.explicit, seen.moved) == (1, 0)


def test_imported_segments_go_along_only_when_asked(rules):
    customer = account(employees=3)
    facts = {"segment": rules["ent"], "region": None, "starts_on": BEFORE}
    classify(account=customer, **facts, source="import")

    assert preview(on=DAY).moved == 0
    seen = preview(on=DAY, including_imported=True)
    assert [(move.segment_before, move.segment_after) for move in seen.moves] == [("ent", "smb")]
    SegmentRule.objects.all().delete()
    assert preview(on=DAY, including_imported=True).moved == 0


def test_accounts_are_put_there_at_once_and_history_stays(rules):
    region = RegionFactory(code="emea")
    RegionCountryFactory(region=region, country="DE")
    new = account(employees=60, country="DE")
    old = account(employees=2000)
    classify(account=old, segment=rules["smb"], region=region, starts_on=BEFORE, source="rule")
    line = LineFactory(subscription=SubscriptionFactory(account=old), starts_on=BEFORE)
    later = account(employees=3)
    classify(account=later, segment=None, region=None, starts_on=date(2026, 6, 1), source="rule")

    seen = preview(on=DAY)
    done = reclassify(on=DAY, content_hash=seen.content_hash)

    assert (done.accounts, done.moved, done.later) == (3, 2, 1)
    moves = [(m.segment_before, m.segment_after, m.accounts, m.mrr) for m in done.moves]
    assert moves == [(None, "mid", 1, 0), ("smb", "ent", 1, line.mrr)]
    profiles = AccountProfile.objects.filter(account=old).order_by("starts_on")
    assert list(profiles.values_list("segment__code", "source", "starts_on", "ends_on")) == [
        ("smb", "rule", BEFORE, DAY),
        ("ent", "rule", DAY, None),
    ]
    fresh = AccountProfile.objects.get(account=new)
    assert (fresh.segment, fresh.region, fresh.source) == (rules["mid"], region, "rule")
    entry = LedgerEntry.objects.get(account=old, kind=EntryKind.RECLASS)
    assert (entry.segment_before, entry.segment_after) == (rules["smb"], rules["ent"])
    assert entry.mrr_before == entry.mrr_after == line.mrr
    event = Event.objects.latest("id")
    assert (event.kind, event.payload) == (
        "accounts.reclassified",
        {"on": "2026-05-01", "accounts": 2},
    )


def test_a_second_time_changes_nothing_and_a_profile_of_the_day_is_replaced(rules):
    customer = account(employees=3)
    reclassify(on=DAY, content_hash=preview(on=DAY).content_hash)
    again = reclassify(on=DAY, content_hash=preview(on=DAY).content_hash)
    customer.employees = 5000
    customer.save()
    reclassify(on=DAY, content_hash=preview(on=DAY).content_hash)

    assert again.moved == 0
    assert AccountProfile.objects.get().segment == rules["ent"]


def test_what_has_changed_since_the_preview_is_looked_at_again(rules):
    account(employees=3)
    seen = preview(on=DAY)
    SegmentRule.objects.filter(rank=40).update(segment=rules["mid"])

    with pytest.raises(StalePreview):
        reclassify(on=DAY, content_hash=seen.content_hash)
    assert not AccountProfile.objects.exists()


def test_many_accounts_cost_as_many_queries_as_one(rules):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            reclassify(on=DAY, content_hash=preview(on=DAY).content_hash)
        return len(queries)

    account(employees=3)
    one = cost()
    for number in range(30):
        account(employees=number)
    assert cost() == one


def test_rules_are_kept_previewed_and_carried_out_over_rest(rules):
    client = program("revops")
    account(code="acme", employees=20)
    made = client.post(
        "/api/v1/segment-rules/",
        {"rank": 5, "segment": "mid", "employees_from": 10},
        content_type=JSON,
    )
    assert made.status_code == 201
    equal = client.post("/api/v1/segment-rules/", {"rank": 5, "segment": "smb"}, content_type=JSON)
    assert (equal.status_code, equal.json()["errors"][0]["code"]) == (409, "segmentrule_rank_once")

    seen = client.get("/api/v1/segment-rules/preview/?on=2026-05-01").json()
    assert seen["moves"] == [
        {
            "segment_before": None,
            "segment_after": "mid",
            "currency": "USD",
            "accounts": 1,
            "mrr": 0,
        }
    ]
    why = client.get("/api/v1/accounts/acme/segment/?on=2026-05-01").json()
    assert (why["segment"], why["rule"]) == ("mid", made.json()["id"])
    body = {"on": "2026-05-01", "content_hash": seen["content_hash"]}
    stale = {**body, "content_hash": "0" * 32}
    refused = client.post("/api/v1/segment-rules/apply/", stale, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_preview")
    done = client.post("/api/v1/segment-rules/apply/", body, content_type=JSON)
    assert (done.status_code, done.json()["moved"]) == (200, 1)
    assert client.get("/api/v1/accounts/?segment=mid&on=2026-05-01").json()["results"]


def test_the_admin_shows_what_changes_before_it_does(rules, admin_client):
    customer = account(employees=3)
    page = reverse("admin:accounts_segmentrule_reclassify")

    seen = admin_client.post(page, {"on": "2026-05-01"})
    assert "1 of 1 accounts change" in seen.text
    assert not AccountProfile.objects.exists()
    given = {"on": "2026-05-01", "content_hash": seen.context["seen"].content_hash, "apply": "1"}
    admin_client.post(page, given)

    assert AccountProfile.objects.get().segment == rules["smb"]
    shown = admin_client.get(reverse("admin:accounts_account_change", args=[customer.pk])).text
    assert "Why this segment" in shown
    assert "it has 3, which fits" in shown
