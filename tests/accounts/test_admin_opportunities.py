"""Opportunities in the admin, as who pursues them uses it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from time_machine import travel

from accounts.models import (
    ContactRole,
    Experiment,
    Exposure,
    Feedback,
    Objection,
    ObjectionRaised,
    Opportunity,
    Playbook,
    PlaybookStep,
    Stage,
)
from accounts.playbooks import AlreadyPublished, DraftThere, NoSteps, draft_next, publish
from portfolio.models import Product, Threshold
from tests.factories import MemberFactory, owned_by
from tests.factories.expansion import (
    MAY,
    PROBLEM,
    bought,
    bring_to,
    engage,
    playbook,
    priced,
    ready,
    tier,
    upsell,
)
from tests.factories.people import of_role, program_of

pytestmark = [pytest.mark.django_db]
JSON = "application/json"


@pytest.fixture(autouse=True)
def in_may():
    with travel(MAY, tick=False):
        yield


@pytest.fixture
def ann():
    return of_role("sales")


@pytest.fixture
def page(ann):
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def account(ann):
    return owned_by(ann)


def url(name: str, *args) -> str:
    return reverse(f"admin:accounts_{name}", args=args)


def step(page, opportunity, name: str, **said):
    return page.post(
        url(f"opportunity_{name}", opportunity.pk), {"on": "2026-05-01", **said}, follow=True
    )


def test_the_page_of_an_account_says_what_to_offer_and_opens_it(page, account):
    crm, desk = tier("crm"), tier("desk", name="Desk Pro")
    priced((crm, 10), (desk, 49))
    ready(crm, account=account)

    shown = page.get(url("account_change", account.pk)).content.decode()
    opened = page.post(
        url("opportunity_add"),
        {"account": account.pk, "target_plan": desk.pk, "motion": "", "quantity": "1"},
        follow=True,
    )

    assert "Desk Pro, $49.00 a month" in shown
    assert opened.status_code == 200
    row = Opportunity.objects.get()
    assert (row.motion, row.expected_mrr) == ("complementary_cross_sell", 4900)


def test_a_refusal_is_said_on_the_form_and_nothing_typed_is_lost(page, account):
    crm = tier("crm")
    ready(crm, account=account)

    answer = page.post(
        url("opportunity_add"),
        {
            "account": account.pk,
            "target_plan": tier("desk").pk,
            "motion": "tier_upsell",
            "problem": PROBLEM,
        },
    ).content.decode()

    assert "complementary cross-sell" in answer
    assert PROBLEM in answer
    assert not Opportunity.objects.exists()


def test_s14_a_weak_pair_is_asked_for_its_reason_on_the_form(page, account):
    ready(tier("crm"), account=account)
    Threshold.objects.filter(code="minimum-support").update(value=1)
    sent = {"account": account.pk, "target_plan": tier("desk").pk, "problem": PROBLEM}

    refused = page.post(url("opportunity_add"), sent)
    assert "Say why it is worth it." in refused.text
    assert not Opportunity.objects.exists()
    page.post(url("opportunity_add"), {**sent, "weak_pair_reason": "They asked."})
    assert Opportunity.objects.get().weak_pair_reason == "They asked."


def test_buttons_bring_it_on_with_what_each_stage_needs(page, account):
    opportunity = upsell(account)

    step(page, opportunity, "qualify")
    blank = step(page, opportunity, "engage", problem=" ").content.decode()
    alone = step(page, opportunity, "engage", problem=PROBLEM).content.decode()
    engage(opportunity, ContactRole.CHAMPION)
    step(page, opportunity, "engage", problem=PROBLEM)
    opportunity.refresh_from_db()

    assert "specific problem" in blank
    assert "goes through their champion" in alone
    assert (opportunity.stage, opportunity.problem) == (Stage.ENGAGED, PROBLEM)


def test_a_premature_pitch_is_refused_with_the_reason(page, account):
    opportunity = upsell(account)
    account.value_outcomes.all().delete()

    assert "Too early" in step(page, opportunity, "qualify").content.decode()


def test_won_is_asked_for_its_line(page, account):
    opportunity = bring_to(upsell(account), Stage.PURCHASING)
    line = bought(opportunity)

    step(page, opportunity, "win", won_line=line.pk)

    opportunity.refresh_from_db()
    assert (opportunity.stage, opportunity.won_line) == (Stage.WON, line)


def test_expected_revenue_is_an_amount_of_the_accounts_currency(page, account):
    opportunity = upsell(account)
    Opportunity.objects.filter(pk=opportunity.pk).update(expected_mrr=1999)
    address = url("opportunity_change", opportunity.pk)
    form = page.get(address).context["adminform"].form
    sets = page.get(address).context["inline_admin_formsets"]
    given = {f"{each.formset.prefix}-TOTAL_FORMS": 0 for each in sets}
    given |= {f"{each.formset.prefix}-INITIAL_FORMS": 0 for each in sets}
    assert (str(form["expected_mrr"].value()), "in USD" in form["expected_mrr"].help_text) == (
        "19.99",
        True,
    )

    for typed, kept in (("19.999", 1999), ("-1", 1999), ("19.99", 1999), ("20.5", 2050)):
        opportunity.refresh_from_db()
        page.post(address, {**given, "opened": opportunity.version, "expected_mrr": typed})
        opportunity.refresh_from_db()
        assert opportunity.expected_mrr == kept, typed
    stale = page.post(address, {**given, "opened": "1", "expected_mrr": "7"}).text
    assert "Expected MRR: $20.50" in stale
    page.force_login(of_role("viewer"))
    assert "$20.50" in page.get(address).text


def test_s95_feedback_is_written_on_the_page_of_the_opportunity(page, account):
    opportunity = upsell(account)
    address = url("opportunity_change", opportunity.pk)
    shown = page.get(address)
    given = {"opened": shown.context["adminform"].form["opened"].value()}
    for each in shown.context["inline_admin_formsets"]:
        given |= {f"{each.formset.prefix}-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    said = {"outcome": "upgraded", "reason": "value", "text": "It saves a day.", "given_on": MAY}
    given |= {"feedback-TOTAL_FORMS": 1} | {f"feedback-0-{k}": v for k, v in said.items()}

    assert page.post(address, {**given, "feedback-0-reason": "weather"}).status_code == 200
    assert not Feedback.objects.exists()
    assert page.post(address, given).status_code == 302
    row = Feedback.objects.get()
    assert {name: getattr(row, name) for name in said} == said
    assert "It saves a day." in page.get(address).text


def test_only_steps_that_may_follow_have_a_button(page, account):
    lost = bring_to(upsell(account), Stage.ENGAGED)
    shown = page.get(url("opportunity_change", lost.pk)).content.decode()

    assert url("opportunity_evaluate", lost.pk) in shown
    assert url("opportunity_win", lost.pk) not in shown


def test_the_page_has_checklist_playbook_and_steps_at_hand(page, account):
    publish(playbook=playbook())
    shown = page.get(url("opportunity_change", upsell(account).pk)).content.decode()

    assert "They get value from what they have" in shown
    assert "Look at their limits" in shown
    assert "You have outgrown it." in shown
    assert "Why this amount?" in shown
    assert "has no price in USD a month" in shown


def test_home_is_a_queue_of_what_waits_for_oneself(page, account, ann):
    publish(playbook=playbook())
    member = ann.memberships.get()
    mine = upsell(account, owner=member)
    other = upsell(owned_by(ann), owner=MemberFactory())

    shown = page.get("/admin/").content.decode()

    assert url("opportunity_change", mine.pk) in shown
    assert "Look at their limits" in shown
    assert url("opportunity_change", other.pk) not in shown


def test_whoever_closes_it_for_others_has_it_in_the_queue_too(page, account, ann):
    member = ann.memberships.get()
    row = upsell(account, owner=MemberFactory(), secondary_owner=member, secondary_role="closer")

    assert url("opportunity_change", row.pk) in page.get("/admin/").content.decode()


def test_s91_sales_choose_who_helps_among_those_they_work_with(page, account, ann):
    """Of the own team, or an owner of the same customer: at the page and over REST alike."""
    team = ann.memberships.get().team
    mate, stranger, gone = MemberFactory(team=team), MemberFactory(), MemberFactory(team=team)
    gone.ends_on = MAY
    gone.save()
    csm = of_role("csm")
    owned_by(csm, account=account, role="specialist")
    row = upsell(account)
    offered = page.get(url("opportunity_change", row.pk)).context_data["adminform"].form
    assert {*offered.fields["secondary_owner"].queryset} == {
        ann.memberships.get(),
        mate,
        csm.memberships.get(),
    }

    place = f"/api/v1/opportunities/{row.code}/"
    client = program_of(ann)
    for member, status in ((stranger, 400), (gone, 400), (mate, 200)):
        body = {"secondary_owner": member.pk, "secondary_role": "specialist"}
        assert client.patch(place, body, content_type=JSON).status_code == status, member
    body = {"account": account.code, "target_plan": tier("desk").code, "secondary_owner": mate.pk}
    body |= {"secondary_role": "closer"}
    made = client.post("/api/v1/opportunities/", body, content_type=JSON)
    assert (made.status_code, made.json()["secondary_owner"]) == (201, mate.pk), made.content

    given = {"account": account.pk, "target_plan": tier("chat").pk, "quantity": "1", "motion": ""}
    given |= {"secondary_owner": csm.memberships.get().pk, "secondary_role": "closer"}
    page.post(url("opportunity_add"), given)
    assert Opportunity.objects.latest("id").secondary_owner.user == csm
    row.refresh_from_db()
    row.secondary_owner = stranger  # whom a manager chose stays where nobody chooses anew
    row.save()
    form = page.get(url("opportunity_change", row.pk)).context_data["adminform"].form
    assert stranger in form.fields["secondary_owner"].queryset


def test_the_list_costs_the_same_for_one_and_for_five(page, account):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert page.get(url("opportunity_changelist")).status_code == 200
        return len(queries)

    upsell(account)
    cost()
    before = cost()
    for _ in range(4):
        upsell(account)
    assert cost() == before


def test_chosen_rows_are_taken_out_as_csv(page, account):
    row = upsell(account)

    answer = page.post(
        url("opportunity_changelist"), {"action": "take_out", "_selected_action": [row.pk]}
    )

    assert answer["Content-Type"].startswith("text/csv")
    assert row.code in answer.content.decode("utf-8-sig")


def test_s80_a_published_playbook_stays_and_the_next_begins_with_it(page, account):
    first = playbook()
    facts = {"kind": "price", "response": "roi", "says": "Too dear.", "reply": "It pays back."}
    Objection.objects.create(playbook=first, **facts)
    first.steps.update(involve="champion", words="Show them.")
    publish(playbook=first)
    kept = upsell()
    told = " ".join(page.get(url("opportunity_change", upsell(account).pk)).text.split())
    for words in (first.message, "Show them.", "The champion", "It pays back.", first.success):
        assert words in told

    following = draft_next(playbook=first)
    with pytest.raises(DraftThere):
        draft_next(playbook=first)
    publish(playbook=following)

    assert (following.number, following.steps.get().title) == (2, "Look at their limits")
    kept.refresh_from_db()
    assert (kept.playbook, upsell().playbook) == (first, following)
    with pytest.raises(AlreadyPublished):
        publish(playbook=first)
    empty = Playbook.objects.create(
        motion="capacity_upsell", number=1, name="E", message="M", success="S"
    )
    with pytest.raises(NoSteps):
        publish(playbook=empty)


def test_steps_of_a_playbook_come_in_the_order_of_the_journey(page, ann):
    row = playbook()
    stages = ("won", "engaged", "qualified", "adopted", "evaluating", "purchasing")
    for stage in stages:
        PlaybookStep.objects.create(playbook=row, stage=stage, rank=1, title=stage)
    journey = [stage for stage in Stage.values if stage in ("identified", *stages)]
    assert journey[:3] == ["identified", "qualified", "engaged"]

    shown = page.get(url("playbook_change", row.pk)).context["inline_admin_formsets"][0]
    assert [form.original.stage for form in shown if form.original] == journey
    told = program_of(ann).get(f"/api/v1/playbooks/{row.pk}/").json()["steps"]
    assert [each["stage"] for each in told] == journey


def test_an_experiment_is_added_with_weights_that_add_up():
    client = Client()
    client.force_login(of_role("revops"))
    rows = {"variants-TOTAL_FORMS": 2, "variants-INITIAL_FORMS": 0}
    for number, (code, weight) in enumerate((("a", 30), ("b", 70))):
        named = {"rank": number + 1, "code": code, "name": code, "weight": weight, "offer": ""}
        rows |= {f"variants-{number}-{name}": value for name, value in named.items()}
    facts = {"code": "pitch", "name": "P", "motion": "tier_upsell", "starts_on": "2026-01-01"}

    wrong = client.post(url("experiment_add"), {**facts, **rows, "variants-1-weight": 60})
    assert "add up to 90, not to 100" in wrong.content.decode()
    assert not Experiment.objects.exists()
    client.post(url("experiment_add"), {**facts, **rows})
    assert Experiment.objects.get().variants.count() == 2
    page = client.get(url("experiment_change", Experiment.objects.get().pk))
    assert page.status_code == 200
    assert [row["variant"].name for row in _panel(page, "So far")["rows"]] == ["a", "b"]


def _panel(page, title: str) -> dict:
    return next(each["data"] for each in page.context["panels"] if each["panel"].title == title)


def test_s82_and_s23_reports_have_a_page_of_what_one_sees(page, account, ann):
    """Answers by what they won, who finds and closes, whom nobody showed a product."""
    row, other = upsell(account), upsell()
    for each, response in ((row, "roi"), (other, "reference")):
        ObjectionRaised.objects.create(
            opportunity=each, kind="price", response=response, raised_on=MAY
        )
    bring_to(row, Stage.WON)
    answers = page.get(url("opportunity_answers"), {"motion": "tier_upsell"})
    assert [(each["response"], each["won"], each["rate"]) for each in answers.context["rows"]] == [
        ("Show what it returns", 1, 1)
    ]
    assert page.get(url("opportunity_answers"), {"motion": "feature_upsell"}).context["rows"] == []
    found = {"sourced_by": other.sourced_by or MemberFactory()}
    Opportunity.objects.filter(pk=row.pk).update(**found, closed_by=found["sourced_by"])
    asked = page.get(url("opportunity_sourcing"), {"days": "90"})
    (person,) = asked.context["rows"]
    assert program_of(ann).get("/api/v1/opportunities/sourcing/").json()["rows"] == [person]
    assert (person["sourced"], person["sourced_won"], person["closed"]) == (1, 1, 1)
    user = found["sourced_by"].user
    assert (person["name"], person["person"]) == (str(user), user.email)
    assert f">{escape(str(user))}</td>" in asked.text

    desk = tier("desk").product
    Product.objects.exclude(pk=desk.pk).update(role="anchor")
    asked = page.get(url("exposure_gaps"), {"product": desk.pk})
    assert list(asked.context["rows"]) == [account]
    assert f"account={account.pk}&amp;product={desk.pk}" in asked.text
    Exposure.objects.create(account=account, product=desk, kind="demo", shown_on=MAY)
    assert page.get(url("exposure_gaps"), {"product": desk.pk}).context["rows"] == []
    led = page.get(reverse("admin:portfolio_product_not_shown", args=[desk.pk]))
    assert led.url == f"{url('exposure_gaps')}?product={desk.pk}"
    assert "This field is required" in page.get(url("exposure_gaps"), {"product": ""}).text
