"""Pools, rules, decisions and proposals over REST."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from accounts.models import Assignment, RoutingDecision
from accounts.ownership import assign
from portfolio.models import OwnerModel
from tests.factories import (
    AccountFactory,
    ChannelFactory,
    MemberFactory,
    ProductFactory,
    program,
)
from tests.factories.people import Program, of_role
from tests.factories.routing import active_rules, csm_led, members_of, pool_of, routed, rule_set_of

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def today():
    with travel("2026-06-01T12:00:00Z"):
        yield


@pytest.fixture
def revops():
    return program("revops")


@pytest.fixture
def person():
    def of(role: str) -> Program:
        client = Program(raise_request_exception=False)
        client.force_login(of_role(role))
        return client

    return of


@pytest.fixture
def post(revops):
    def send(path, body=None, **headers):
        return revops.post(f"/api/v1/{path}/", body or {}, content_type=JSON, headers=headers)

    return send


def test_a_pool_is_made_with_its_members_in_order_and_changed_as_a_whole(post, revops):
    first, second = MemberFactory(), MemberFactory()
    made = post(
        "pools",
        {
            "code": "north",
            "name": "North",
            "members": [{"member": first.pk}, {"member": second.pk}],
        },
    )

    changed = revops.patch(
        "/api/v1/pools/north/", {"members": [{"member": second.pk, "weight": 7}]}, content_type=JSON
    )

    assert made.status_code == 201, made.json()
    assert [seat["member"] for seat in made.json()["members"]] == [first.pk, second.pk]
    assert changed.json()["members"] == [{"member": second.pk, "weight": 7, "capacity": None}]


def test_a_member_is_in_a_pool_once(post):
    member = MemberFactory().pk
    answer = post(
        "pools", {"code": "n", "name": "N", "members": [{"member": member}, {"member": member}]}
    )

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "members")


def test_a_rule_set_is_drafted_simulated_and_activated(post, revops, person):
    pool = pool_of(1, 1)
    AccountFactory()
    made = post(
        "routing-rule-sets",
        {
            "title": "2026",
            "rules": [
                {"sets_owner_model": "csm_led"},
                {"country": "DE", "pool": pool.code, "strategy": "round_robin"},
                {"pool": pool.code, "strategy": "weighted", "sticky": True},
            ],
        },
    )
    assert made.status_code == 201, made.json()
    path = f"routing-rule-sets/{made.json()['id']}"

    rehearsed = post(f"{path}/simulate", {"on": "2026-06-01"})
    boss = person("revops")
    tag = boss.get(f"/api/v1/{path}/").headers["ETag"]
    activated = boss.post(f"/api/v1/{path}/activate/", content_type=JSON, headers={"If-Match": tag})

    assert [rule["rank"] for rule in made.json()["rules"]] == [1, 2, 3]
    assert rehearsed.json()["report"]["accounts"] == 1
    assert (rehearsed.json()["state"], activated.json()["state"]) == ("simulated", "active")


def test_a_key_never_activates(post):
    rules = rule_set_of({"member": MemberFactory()})

    answer = post(f"routing-rule-sets/{rules.pk}/activate", **{"If-Match": "*"})

    assert answer.status_code == 403


def test_a_rule_set_is_changed_only_by_who_names_its_version(revops):
    rules = rule_set_of({"member": MemberFactory()})
    path = f"/api/v1/routing-rule-sets/{rules.pk}/"

    stale = revops.patch(path, {"title": "x"}, content_type=JSON, headers={"If-Match": '"99"'})

    assert stale.status_code == 412


def test_activating_what_leaves_accounts_without_owner_says_why(person):
    rules = rule_set_of({"country": "DE", "member": MemberFactory()})

    answer = person("revops").post(
        f"/api/v1/routing-rule-sets/{rules.pk}/activate/",
        content_type=JSON,
        headers={"If-Match": "*"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "leaves_accounts_without_owner")
    assert "not for every account" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"country": "Germany"}, "Two capital letters"),
        ({}, "A rule says one thing"),
        ({"sets_owner_model": "csm_led", "sticky": True}, "keeps nobody"),
        ({"sets_owner_model": "csm_led", "rank": 1}, "read-only"),
        ({"sets_owner_model": "csm_led", "deal_from": "5"}, "integer"),
    ],
)
def test_a_rule_that_is_wrong_is_refused_in_words(post, rule, message):
    answer = post("routing-rule-sets", {"title": "x", "rules": [rule]})

    assert answer.status_code == 400, answer.json()
    assert message in str(answer.json())


def test_the_rules_of_an_active_set_are_kept(revops):
    rules = active_rules({"member": MemberFactory()})

    answer = revops.patch(
        f"/api/v1/routing-rule-sets/{rules.pk}/", {"title": "x"}, content_type=JSON
    )

    assert (answer.status_code, "never edited" in answer.json()["detail"]) == (409, True)


def test_explaining_foretells_what_assigning_decides(post, revops):
    active_rules(csm_led(), {"pool": pool_of(1, 1)})
    account = AccountFactory(code="acme")

    told = revops.get("/api/v1/routing/explain/?account=acme&expected_mrr=5000").json()
    made = post("routing/assign", {"account": "acme", "expected_mrr": 5000})

    assert made.status_code == 201, made.json()
    assert made.json()["trace"] == told["trace"]
    assert (made.json()["owner"], made.json()["rule"]) == (told["owner"], told["rule"])
    assert Assignment.objects.get(account=account).starts_on == date(2026, 6, 1)


def test_s85_who_leads_is_decided_by_routing_and_never_typed(post, revops):
    """A hybrid channel becomes one of the three kinds by the size of the deal."""
    crm = ProductFactory(code="crm")
    ChannelFactory(product=crm, owner_model=OwnerModel.HYBRID)
    active_rules({"member": MemberFactory()}, small_below=1_000, large_from=9_000)
    AccountFactory(code="acme")
    asked = {"account": "acme", "product": "crm"}

    made = [post("routing/assign", {**asked, "expected_mrr": mrr}) for mrr in (1, 1_000, 9_000)]

    assert [each.json()["owner_model"] for each in made] == ["product_led", "csm_led", "sales_led"]
    kept = RoutingDecision.objects.order_by("id").values_list("owner_model", flat=True)
    assert list(kept) == ["product_led", "csm_led", "sales_led"]
    typed = post("routing/assign", {**asked, "owner_model": "sales_led"})
    assert (typed.status_code, typed.json()["errors"][0]["path"]) == (400, "owner_model")


def test_assigning_needs_a_key_and_does_it_once(post, revops):
    active_rules(csm_led(), {"pool": pool_of(1, 1)})
    AccountFactory(code="acme")

    first, again = (
        post("routing/assign", {"account": "acme"}, **{"Idempotency-Key": "k"}) for _ in range(2)
    )
    without = revops.generic(
        "POST", "/api/v1/routing/assign/", '{"account": "acme"}', headers={"Idempotency-Key": ""}
    )

    assert first.json() == again.json()
    assert RoutingDecision.objects.count() == 1
    assert without.status_code == 400


def test_a_batch_rotates_exactly_or_does_nothing(post):
    pool = pool_of(1, 1, 1, 1, 1)
    active_rules(csm_led(), {"pool": pool})
    rows = [{"account": AccountFactory().code} for _ in range(20)]

    broken = post("routing/assign/batch", {"rows": [*rows, {"account": "nobody"}]})
    assert (broken.status_code, Assignment.objects.count()) == (400, 0)
    assert broken.json()["errors"][0]["path"] == "rows.20.account"
    made = post("routing/assign/batch", {"rows": rows})

    order = [row["member"] for row in made.json()["results"]]
    assert order == [member.pk for member in members_of(pool)] * 4


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("account=acme&expected_mrr=-1", "expected_mrr"),
        ("account=acme&expected_mrr=1.5", "expected_mrr"),
        ("account=acme&motion=sideways", "motion"),
        ("account=nobody", "account"),
        ("account=acme&on=tomorrow", "on"),
        ("account=acme&colour=red", "colour"),
        ("", "account"),
    ],
)
def test_a_question_that_is_wrong_is_refused(revops, query, path):
    AccountFactory(code="acme")

    answer = revops.get(f"/api/v1/routing/explain/?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)


def test_without_active_rules_it_says_so(revops):
    AccountFactory(code="acme")

    answer = revops.get("/api/v1/routing/explain/?account=acme")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_active_rule_set")


def test_sellers_see_decisions_about_their_own_accounts_alone(person):
    active_rules(csm_led(), {"pool": pool_of(1, 1)})
    mine, other = routed(), routed()
    client = Program(raise_request_exception=False)
    seller = mine.member.user
    seller.groups.set(of_role("csm").groups.all())
    client.force_login(seller)

    listed = client.get("/api/v1/routing/decisions/").json()["results"]

    assert [row["id"] for row in listed] == [mine.pk]
    assert client.get(f"/api/v1/routing/decisions/{other.pk}/").status_code == 404
    explain = "/api/v1/routing/explain/?account="
    assert client.get(explain + mine.account.code).status_code == 200
    assert client.get(explain + other.account.code).status_code == 400


def test_rebalancing_is_proposed_by_one_and_approved_by_another(post, person):
    pool = pool_of(1, 1)
    first, second = members_of(pool)
    for _ in range(4):
        assign(account=AccountFactory(), role="csm", member=first, starts_on=date(2026, 1, 1))
    made = post("routing/rebalancing", {"pool": pool.code, "starts_on": "2026-06-01"})
    assert made.status_code == 201, made.json()
    path = f"/api/v1/rebalancing-proposals/{made.json()['id']}/"

    by_key = post(path.removeprefix("/api/v1/").rstrip("/") + "/approve", **{"If-Match": "*"})
    approved = person("revops").post(
        f"{path}approve/", content_type=JSON, headers={"If-Match": "*"}
    )

    assert (by_key.status_code, approved.status_code) == (403, 200)
    assert {move["outcome"] for move in approved.json()["moves"]} == {"moved"}
    assert Assignment.objects.filter(member=second).count() == 2


@pytest.mark.parametrize("path", ["pools", "routing-rule-sets", "routing/decisions"])
def test_a_list_costs_the_same_however_long_it_is(revops, path):
    counts = []
    active_rules({"pool": pool_of(1)})
    for rows in (1, 10):
        for _ in range(rows):
            rule_set_of({"country": "DE", "pool": pool_of(1, 1)}, {"member": MemberFactory()})
            routed()
        revops.get(f"/api/v1/{path}/")
        with CaptureQueriesContext(connection) as queries:
            assert revops.get(f"/api/v1/{path}/").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
