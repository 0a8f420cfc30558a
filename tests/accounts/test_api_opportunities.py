"""Opportunities and what is around them, over REST."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BehaviourEvent, ContactRole, Feedback, LossReason, Opportunity, Stage
from accounts.profiles import classify
from portfolio.models import Threshold
from tests.factories import (
    AccountFactory,
    MemberFactory,
    ProductFactory,
    SegmentFactory,
    program,
)
from tests.factories.expansion import (
    MAY,
    PROBLEM,
    bought,
    bring_to,
    engage,
    holding,
    ready,
    tier,
    upsell,
)

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def revops():
    return program("revops")


@pytest.fixture
def post(revops):
    def send(path, body, **headers):
        return revops.post(f"/api/v1/{path}/", body, content_type=JSON, headers=headers)

    return send


@pytest.fixture
def account():
    crm = ProductFactory(code="crm")
    tier("crm-pro", crm, rank=2)
    return ready(tier("crm-basic", crm, rank=1), account=AccountFactory(code="acme"))


def body(**facts) -> dict:
    return {"account": "acme", "target_plan": "crm-pro", "on": "2026-05-01", **facts}


def test_an_opportunity_is_opened_qualified_and_read_again(post, revops, account):
    opened = post("opportunities", body(problem=PROBLEM))
    code = opened.json()["code"]
    moved = post(f"opportunities/{code}/transition", {"to": "qualified", "on": "2026-05-02"})

    assert (opened.status_code, moved.status_code) == (201, 200), opened.json()
    assert opened.json()["motion"] == "tier_upsell"
    assert opened.json()["next_stages"] == ["qualified", "deferred", "disqualified", "lost"]
    assert revops.get(f"/api/v1/opportunities/{code}/").json() == moved.json()
    steps = revops.get(f"/api/v1/opportunities/{code}/transitions/").json()
    assert [step["to_stage"] for step in steps] == ["identified", "qualified"]
    checks = revops.get(f"/api/v1/opportunities/{code}/checklist/?on=2026-05-02").json()
    assert checks["qualified"] is True


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"motion": "adjacent_cross_sell"}, "misclassified"),
        ({"target_plan": "crm-old"}, "not_on_sale"),
    ],
)
def test_a_refusal_says_why(said, code, post, account):
    tier("crm-old", ProductFactory(code="old"), end_of_sale_on=MAY)
    answer = post("opportunities", body(**said))

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert not Opportunity.objects.exists()


def test_s14_a_weak_pair_is_refused_until_a_reason_is_given(post, account):
    Threshold.objects.filter(code="minimum-support").update(value=1)
    tier("desk")
    asked = body(target_plan="desk")

    refused = post("opportunities", asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "weak_pair")
    assert "0 of 1" in refused.json()["detail"]
    made = post("opportunities", {**asked, "weak_pair_reason": "They asked."})
    assert (made.status_code, made.json()["weak_pair_reason"]) == (201, "They asked.")


@pytest.mark.parametrize(
    ("stage", "said", "code"),
    [
        (Stage.QUALIFIED, {"to": "engaged"}, "problem_missing"),
        (Stage.QUALIFIED, {"to": "engaged", "problem": "A"}, "wrong_stakeholder"),
        (Stage.QUALIFIED, {"to": "won"}, "no_such_step"),
        (Stage.PURCHASING, {"to": "won"}, "won_needs_a_line"),
        (Stage.IDENTIFIED, {"to": "lost"}, "reason_missing"),
    ],
)
def test_what_a_stage_needs_is_asked_for_here_too(stage, said, code, post):
    opportunity = bring_to(upsell(), stage)

    answer = post(f"opportunities/{opportunity.code}/transition", {"on": "2026-05-01", **said})

    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_a_premature_pitch_is_refused_here_too(post):
    opportunity = upsell()
    opportunity.account.value_outcomes.all().delete()

    answer = post(f"opportunities/{opportunity.code}/transition", {"to": "qualified"})

    assert (answer.status_code, answer.json()["code"]) == (409, "premature")


def test_a_deal_is_won_with_its_line(post):
    opportunity = bring_to(upsell(), Stage.PURCHASING)
    line = bought(opportunity)

    answer = post(
        f"opportunities/{opportunity.code}/transition",
        {"to": "won", "on": "2026-05-01", "won_line": line.pk},
    )

    assert (answer.json()["stage"], answer.json()["won_line"]) == ("won", line.pk)


def test_a_step_is_made_of_the_version_that_was_seen_and_once(post, revops):
    opportunity = upsell()
    path, step = f"opportunities/{opportunity.code}/transition", {"to": "qualified"}

    assert post(path, step, **{"If-Match": '"999"'}).status_code == 412
    first = post(path, step, **{"Idempotency-Key": "k", "If-Match": '"1"'})
    again = post(path, step, **{"Idempotency-Key": "k", "If-Match": '"1"'})
    assert (first.status_code, again.status_code) == (200, 200)
    assert opportunity.transitions.count() == 2


def test_what_may_change_changes_and_the_rest_is_read_only(revops):
    path = f"/api/v1/opportunities/{upsell().code}/"

    changed = revops.patch(path, {"problem": PROBLEM, "expected_mrr": 500}, content_type=JSON)
    refused = revops.patch(path, {"stage": "won"}, content_type=JSON)

    assert (changed.json()["problem"], changed.json()["expected_mrr"]) == (PROBLEM, 500)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "read_only")


def test_a_problem_cannot_be_emptied_once_they_are_engaged(revops):
    opportunity = bring_to(upsell(), Stage.ENGAGED)

    answer = revops.patch(
        f"/api/v1/opportunities/{opportunity.code}/", {"problem": " "}, content_type=JSON
    )

    assert answer.status_code == 400


def test_a_stakeholder_is_a_contact_of_the_account(post):
    opportunity, other = upsell(), upsell()
    contact = engage(other, ContactRole.EXECUTIVE).contact

    answer = post(
        "stakeholders",
        {"opportunity": opportunity.code, "contact": contact.pk, "engaged_on": "2026-05-01"},
    )

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "contact")


def test_s100_the_list_is_taken_out_by_potential_and_industry(revops, account):
    account.industry = "=Logistics"
    account.employees = 250
    account.save()
    row, other = upsell(account), upsell()
    Opportunity.objects.filter(pk=row.pk).update(expected_mrr=9900)
    classify(account=account, segment=SegmentFactory(code="smb"), region=None, starts_on=MAY)
    for asked in (
        "industry==Logistics",
        "employees_from=250",
        "expected_from=9900",
        f"from_plan={row.from_plan.code}",
        f"target_plan={row.target_plan.code}",
        f"product={row.product.code}",
        "segment=smb&on=2026-05-01",
    ):
        listed = revops.get(f"/api/v1/opportunities/?{asked}").json()["results"]
        assert [each["code"] for each in listed] == [row.code], asked
    both = revops.get("/api/v1/opportunities/?motion=tier_upsell").json()["results"]
    assert {each["code"] for each in both} == {row.code, other.code}

    answer = revops.get("/api/v1/opportunities/export/?industry==Logistics&open=true")
    (found,) = csv.DictReader(StringIO(answer.content.decode("utf-8-sig")))

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert (found["code"], found["journey"]) == (row.code, "awareness")
    assert found["industry"].startswith("'=")  # never runs in a spreadsheet


def test_s79_losses_are_reported_by_reason_with_their_share(revops, post):
    taxonomy = {"timing", "segmentation", "stakeholder", "value", "price", "adoption"}
    assert taxonomy < set(LossReason.values)
    for reason in ("timing", "timing", "timing", "price"):
        path = f"opportunities/{upsell().code}/transition"
        post(path, {"to": "lost", "loss_reason": reason})

    assert revops.get("/api/v1/opportunities/loss-reasons/").json()["rows"] == [
        {"reason": "timing", "lost": 3, "share": 0.75},
        {"reason": "price", "lost": 1, "share": 0.25},
    ]


def test_s92_who_finds_and_who_closes_are_both_reported(revops):
    finder, closer = MemberFactory(), MemberFactory()
    won = bring_to(upsell(sourced_by=finder), Stage.WON, by=closer.user)
    upsell(sourced_by=finder)

    row = revops.get(f"/api/v1/opportunities/{won.code}/").json()
    told = revops.get("/api/v1/opportunities/sourcing/").json()["rows"]

    assert (row["sourced_by"], row["closed_by"]) == (finder.pk, closer.pk)
    assert {
        each["person"]: (each["sourced"], each["sourced_won"], each["closed"]) for each in told
    } == {finder.user.email: (2, 1, 0), closer.user.email: (0, 0, 1)}


def test_s82_answers_to_objections_are_compared_by_what_they_won(post, revops):
    for stage, response in (("won", "roi"), ("lost", "roi"), ("won", "payment_flexibility")):
        opportunity = bring_to(upsell(), Stage.WON if stage == "won" else Stage.ENGAGED)
        for _ in range(2):
            post(
                "objections",
                {
                    "opportunity": opportunity.code,
                    "kind": "price",
                    "response": response,
                    "raised_on": "2026-05-01",
                },
            )
        if stage == "lost":
            path = f"opportunities/{opportunity.code}/transition"
            post(path, {"to": "lost", "loss_reason": "price"})

    rows = revops.get("/api/v1/objections/answers/").json()["rows"]
    assert [(row["response"], row["won"], row["lost"], row["rate"]) for row in rows] == [
        ("payment_flexibility", 1, 0, 1.0),
        ("roi", 1, 1, 0.5),
    ]


def test_s73_an_event_of_behaviour_is_taken_once_by_its_key(post, account):
    event = {"account": "acme", "kind": "webinar", "at": "2026-05-01T09:00:00Z", "key": "w-1"}

    first, again = (post("behaviour-events", event) for _ in range(2))
    other = post("behaviour-events", {**event, "kind": "feature_request"})
    batch = post("behaviour-events/batch", {"rows": [event, {**event, "key": "w-2"}]})

    assert (first.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "key_taken")
    assert (batch.status_code, BehaviourEvent.objects.count()) == (201, 2)
    for kind in ("feature_request", "higher_tier_question", "upgrade_page_visit"):
        assert post("behaviour-events", {**event, "kind": kind, "key": kind}).status_code == 201
    unknown = post("behaviour-events", {**event, "kind": "crystal_ball", "key": "w-3"})
    assert (unknown.status_code, unknown.json()["errors"][0]["path"]) == (400, "kind")


def test_s23_who_was_not_shown_a_product_lately_is_listed(post, revops, account):
    tier("desk", ProductFactory(code="desk"))
    holding(tier("attach-only", ProductFactory(code="meet", role="attach")))
    asked = "/api/v1/exposure-gaps/?product=desk&days=30&on=2026-05-31"
    exposure = {"account": "acme", "product": "desk", "kind": "campaign"}

    def codes():
        return [row["code"] for row in revops.get(asked).json()["results"]]

    post("exposures", {**exposure, "shown_on": "2026-05-01"})
    assert codes() == ["acme"]
    for kind, left in (("in_app", ["acme"]), ("csm_talk", [])):
        day = "2026-05-01" if left else "2026-05-02"
        assert post("exposures", {**exposure, "kind": kind, "shown_on": day}).status_code == 201
        assert codes() == left
    wrong = post("exposures", {**exposure, "kind": "rumour", "shown_on": "2026-05-02"})
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (400, "kind")
    assert revops.get(asked.replace("days=30", "days=0")).status_code == 400


def test_accounts_that_were_not_shown_a_product_are_read_page_by_page(revops):
    tier("desk", ProductFactory(code="desk"))
    crm = tier("crm-basic", ProductFactory(code="crm", role="anchor"))
    for code in ("alpha", "beta", "gamma"):
        holding(crm, account=AccountFactory(code=code))
    page, codes = "/api/v1/exposure-gaps/?product=desk&limit=2", []

    while page:
        answer = revops.get(page).json()
        codes += [[row["code"] for row in answer["results"]]]
        page = answer["next"]

    assert codes == [["alpha", "beta"], ["gamma"]]


def test_s95_feedback_of_who_bought_and_who_did_not_is_kept(post, revops):
    won, lost = bring_to(upsell(), Stage.WON), upsell()
    post(f"opportunities/{lost.code}/transition", {"to": "lost", "loss_reason": "price"})
    told = [
        {"opportunity": row.code, "outcome": outcome, "reason": reason, "text": text}
        for row, outcome, reason, text in (
            (won, "upgraded", "value", "It saves us a day a week."),
            (lost, "not_upgraded", "price", "Too dear."),
        )
    ]
    for each in told:
        answer = post("feedback", {**each, "given_on": "2026-05-02"})
        assert answer.status_code == 201, answer.content
        assert {name: answer.json()[name] for name in each} == each

    for asked, found in (
        ("outcome=upgraded", told[:1]),
        ("reason=price", told[1:]),
        (f"account={won.account.code}", told[:1]),
        (f"opportunity={lost.code}", told[1:]),
    ):
        rows = revops.get(f"/api/v1/feedback/?{asked}").json()["results"]
        assert [row["text"] for row in rows] == [each["text"] for each in found], asked
    path = f"/api/v1/feedback/{Feedback.objects.get(opportunity=lost).pk}/"
    changed = revops.patch(path, {"reason": "timing"}, content_type=JSON)
    moved = revops.patch(path, {"opportunity": won.code}, content_type=JSON)
    wrong = post("feedback", {**told[0], "reason": "weather", "given_on": "2026-05-02"})
    assert (changed.status_code, changed.json()["reason"]) == (200, "timing")
    assert (moved.status_code, moved.json()["errors"][0]["path"]) == (400, "opportunity")
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (400, "reason")


@pytest.mark.parametrize("path", ["opportunities", "stakeholders", "objections"])
def test_a_list_costs_the_same_for_one_row_and_for_five(path, revops):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert revops.get(f"/api/v1/{path}/").status_code == 200
        return len(queries)

    def more(number):
        for _ in range(number):
            opportunity = bring_to(upsell(), Stage.ENGAGED)
            opportunity.objections.create(kind="price", response="roi", raised_on=MAY)

    more(1)
    cost()  # the key and its permissions are read once
    first = cost()
    more(4)
    assert cost() == first
