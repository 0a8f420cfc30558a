"""Signals over REST and in the admin; readiness, rehearsal and how good rules are."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from accounts.models import Opportunity, Signal
from accounts.signals.evaluation import evaluate
from accounts.signals.quality import quality
from accounts.signals.readiness import readiness
from accounts.signals.rehearsal import TooLong, rehearse
from pricing.models import Feature
from tests.factories import FeatureFactory, ProductFactory, owned_by, program, published
from tests.factories.expansion import bring_to, holding, ready, tier
from tests.factories.people import of_role
from tests.factories.signals import DAY, did, signal_rule, using

pytestmark = pytest.mark.django_db
JSON = "application/json"


def april(day: int) -> date:
    return date(2026, 4, day)


@pytest.fixture
def crm():
    return ProductFactory(code="crm")


@pytest.fixture
def basic(crm):
    tier("crm-pro", crm, rank=2)
    return tier("crm-basic", crm, rank=1)


def test_s75_readiness_is_the_weighted_sum_of_five_inputs_with_their_contributions(crm, basic):
    """0.3 x 1/2 + 0.2 x 1/10 + 0.2 x 1/3 + 0.15 x 1 + 0.15 x 2/3."""
    FeatureFactory(code="seats", product=crm)
    FeatureFactory(code="flows", product=crm)
    published(basic, seats=10, flows=10)
    account = holding(basic)
    using(account, crm_feature("seats"), 1)
    for kind, times in (
        ("team_growth", 1),
        ("integration_request", 2),
        ("integration_complaint", 2),
        ("adjacent_question", 2),
    ):
        for _ in range(times):
            did(account, kind)
    did(account, "team_growth", DAY - timedelta(days=90))  # too long ago

    found = readiness(account=account, on=DAY)

    parts = {each.input: round(each.contribution, 4) for each in found.contributions}
    assert parts == {
        "adoption": Decimal("0.15"),
        "workflow": Decimal("0.02"),
        "team": Decimal("0.0667"),
        "integration": Decimal("0.15"),
        "adjacent": Decimal("0.1"),
    }
    assert round(found.score, 4) == Decimal("0.4867")


def crm_feature(code: str):
    return Feature.objects.get(code=code)


def test_readiness_is_told_over_rest(basic):
    account = holding(basic)

    answer = program("revops").get(f"/api/v1/accounts/{account.code}/readiness/?on=2026-05-01")

    assert answer.status_code == 200
    assert answer.json()["score"] == 0
    assert [each["input"] for each in answer.json()["contributions"]] == [
        "adoption",
        "workflow",
        "team",
        "integration",
        "adjacent",
    ]


def rule_body(**facts) -> dict:
    return {
        "code": "visits",
        "name": "Looks at the upgrade page",
        "source": "behaviour",
        "behaviour": "upgrade_page_visit",
        "motion": "tier_upsell",
        "rank": 1,
        **facts,
    }


def test_a_rule_is_added_tuned_and_switched_off_over_rest(basic):
    revops = program("revops")
    made = revops.post("/api/v1/signal-rules/", rule_body(), content_type=JSON)
    tuned = revops.patch(
        "/api/v1/signal-rules/visits/",
        {"threshold": "3", "is_active": False},
        content_type=JSON,
        headers={"If-Match": made.headers["ETag"]},
    )
    other = revops.patch(
        "/api/v1/signal-rules/visits/",
        {"motion": "capacity_upsell"},
        content_type=JSON,
        headers={"If-Match": tuned.headers["ETag"]},
    )

    assert (made.status_code, made.json()["family"]) == (201, "behaviour"), made.json()
    assert (tuned.status_code, tuned.json()["is_active"]) == (200, False)
    assert 400 <= other.status_code < 500
    assert "add another one" in str(other.json())


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"source": "crystal_ball"}, 400),
        ({"behaviour": ""}, 400),
        ({"threshold": "-1"}, 400),
        ({"frequency_days": 0}, 400),
    ],
)
def test_a_wrong_rule_is_refused_with_the_field(wrong, status):
    answer = program("revops").post("/api/v1/signal-rules/", rule_body(**wrong), content_type=JSON)

    assert answer.status_code == status
    assert next(iter(wrong)) in str(answer.json())


def test_s71_and_s78_signals_are_listed_by_family_state_and_reason(basic):
    signal_rule("behaviour", behaviour="webinar")
    signal_rule("renewal")
    accounts = [ready(basic), holding(tier("old", basic.product, rank=9))]
    for account in accounts:
        did(account, "webinar")
    evaluate(on=DAY)
    revops = program("revops")

    def ask(query: str) -> list[tuple]:
        rows = revops.get(f"/api/v1/signals/?{query}").json()["results"]
        return [(row["account"], row["state"], row["reason"]) for row in rows]

    assert ask("family=behaviour&state=fired") == [(accounts[0].code, "fired", "")]
    assert ask("reason=nothing_to_offer") == [(accounts[1].code, "suppressed", "nothing_to_offer")]
    assert ask("family=time") == []
    signal = revops.get("/api/v1/signals/?state=fired").json()["results"][0]
    opportunity = revops.get(f"/api/v1/opportunities/{signal['opportunity']}/").json()
    assert opportunity["signal"] == signal["id"]
    assert signal["key"].endswith(signal["occurrence"])


def test_a_salesperson_sees_signals_of_their_own_accounts_only(basic):
    signal_rule("behaviour", behaviour="webinar")
    ann = of_role("sales")
    own = ready(basic, account=owned_by(ann))
    for account in (own, ready(basic)):
        did(account, "webinar")
    evaluate(on=DAY)

    client = Client()
    client.force_login(ann)
    rows = client.get("/api/v1/signals/").json()["results"]

    assert [row["account"] for row in rows] == [own.code]


def test_last_month_is_rehearsed_as_the_nights_would_have_evaluated_it(basic):
    """Twenty days of the month are asked for real; the rehearsal of them says the same."""
    rule = signal_rule("behaviour", behaviour="webinar", days=3, frequency_days=10)
    other = signal_rule("behaviour", behaviour="upgrade_page_visit", days=3)
    one, two = ready(basic), ready(basic)
    for account, kind, day in (
        (one, "webinar", 2),
        (one, "webinar", 4),
        (one, "upgrade_page_visit", 4),
        (two, "upgrade_page_visit", 10),
        (two, "webinar", 15),
    ):
        did(account, kind, april(day))

    tried = rehearse(rules=[rule, other], since=april(1), until=april(21))
    assert not Signal.objects.exists()
    for day in range(1, 21):
        evaluate(on=april(day))
    again = rehearse(rules=[rule, other], since=april(1), until=april(21))

    said = [(each.fired, each.accounts, dict(each.suppressed)) for each in tried]
    assert said == [
        (1, 1, {"frequency": 1, "already_open": 1}),
        (1, 1, {"already_open": 1}),
    ]
    assert [(each.fired, each.accounts, dict(each.suppressed)) for each in again] == said
    real = [(each.fired, each.reasons) for each in quality()]
    assert real == [(fired, suppressed) for fired, _, suppressed in said]
    assert tried[0].examples == [one.code]


def test_a_program_rehearses_rules_too(basic):
    rule, other = (
        signal_rule("behaviour", behaviour=kind, days=3) for kind in ("webinar", "initiative")
    )
    account = ready(basic)
    did(account, "webinar", april(4))
    revops, path = program("revops"), "/api/v1/signal-rules/rehearsal/"
    nothing = {"fired": 0, "accounts": 0, "suppressed": {}, "examples": []}
    fired = {"rule": rule.code, "fired": 1, "accounts": 1, "suppressed": {}}

    with travel(date(2026, 5, 6), tick=False):
        assert revops.get(path).json() == {
            "since": "2026-04-01",
            "until": "2026-05-01",
            "rows": [{**fired, "examples": [account.code]}, {"rule": other.code, **nothing}],
        }
    asked = revops.get(f"{path}?since=2026-04-10&until=2026-04-11&rule={rule.code}").json()
    assert asked["rows"] == [{"rule": rule.code, **nothing}]
    assert not Signal.objects.exists()
    long = revops.get(f"{path}?since=2026-01-01&until=2026-04-11")
    assert (long.status_code, long.json()["errors"][0]["path"]) == (400, "until")
    for first in ("since=0001-01-01&until=0001-01-03", "since=9999-12-29&until=9999-12-31"):
        assert "1900 to 9000" in revops.get(f"{path}?{first}").json()["errors"][0]["message"]
    wrong = revops.get(f"{path}?rule=nix")
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (400, "rule")


def test_more_than_a_quarter_is_not_rehearsed_at_once():
    with pytest.raises(TooLong):
        rehearse(rules=[], since=april(1), until=april(1) + timedelta(days=93))


def test_the_quality_of_a_rule_is_what_it_fired_opened_and_won_and_how_soon(basic):
    rule = signal_rule("behaviour", behaviour="webinar")
    for _ in range(3):
        did(ready(basic), "webinar")
    did(ready(tier("old", basic.product, rank=9)), "webinar")
    evaluate(on=DAY)
    for opportunity, days in zip(Opportunity.objects.order_by("id")[:2], (10, 31), strict=True):
        bring_to(opportunity, "won", on=DAY + timedelta(days=days))

    with CaptureQueriesContext(connection) as asked:
        (found,) = quality()

    assert (found.rule, found.fired, found.suppressed) == (rule, 3, 1)
    assert (found.opened, found.won, found.median_days) == (3, 2, 20.5)
    assert found.reasons == {"nothing_to_offer": 1}
    assert len(asked) == 4
    assert quality(since=DAY + timedelta(days=1))[0].fired == 0


def test_rules_are_tried_and_evaluated_on_a_page(basic):
    signal_rule("behaviour", behaviour="webinar", name="Came to a webinar")
    account = ready(basic)
    did(account, "webinar", april(10))
    client = Client()
    client.force_login(of_role("revops"))
    address = reverse("admin:accounts_signalrule_rehearse")

    with travel(april(12), tick=False):
        shown = client.get(address)
        tried = client.post(address, {"since": "2026-04-01", "until": "2026-05-01"})
        wrong = client.post(address, {"since": "2026-01-01", "until": "2026-12-01"})
        done = client.post(address, {"evaluate": "1"}, follow=True)
        again = client.post(address, {"evaluate": "1"}, follow=True)

    assert shown.status_code == 200
    assert account.code in tried.content.decode()
    assert "at once" in wrong.content.decode()
    assert "1 opportunities opened" in done.content.decode()
    assert "Nothing new" in again.content.decode()


def test_pages_say_what_was_noticed_why_and_how_good_the_rule_is(basic):
    rule = signal_rule("behaviour", behaviour="webinar")
    account = ready(basic)
    did(account, "webinar")
    evaluate(on=DAY)
    client = Client()
    client.force_login(of_role("revops"))

    def text(name: str, *args) -> str:
        return client.get(reverse(f"admin:accounts_{name}", args=args)).content.decode()

    assert "Once in 14 days: webinar." in text("account_change", account.pk)
    assert "Ready for more?" in text("account_change", account.pk)
    assert "What opened it" in text("opportunity_change", Opportunity.objects.get().pk)
    assert "Median days to win" in text("signalrule_change", rule.pk)
    assert "Fired" in text("signal_changelist")
    assert rule.name in text("signalrule_changelist")


def test_the_command_says_what_it_opened_and_why_it_did_not(basic):
    signal_rule("behaviour", behaviour="webinar")
    for account in (ready(basic), ready(tier("old", basic.product, rank=9))):
        did(account, "webinar")
    said = StringIO()

    call_command("evaluate_signals", on=DAY, stdout=said)

    assert "1 opportunities opened" in said.getvalue()
    assert "suppressed: nothing to offer" in said.getvalue()
