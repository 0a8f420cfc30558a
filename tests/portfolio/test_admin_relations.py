"""How products belong together, in the admin: rows, panels, the map, the page of a pair."""

import re

import pytest
from django.urls import reverse

from config.access.models import User
from portfolio.models import CoherenceOverride, Integration, Product, Sequence, Threshold
from tests.factories import (
    IntegrationFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    PortfolioFactory,
    ProductFactory,
    StepFactory,
    WorkflowEdgeFactory,
)
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db


def url(model: str, name: str, *args) -> str:
    return reverse(f"admin:portfolio_{model}_{name}", args=args)


def text(page: str) -> str:
    """What a person reads on a page."""
    bare = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


@pytest.fixture
def three():
    return [ProductFactory(code=name.lower(), name=name) for name in ("CRM", "Desk", "Voice")]


@pytest.fixture
def look(admin_client):
    return lambda *place, **query: admin_client.get(url(*place), query).text


def test_s19_a_pair_the_other_way_round_is_kept_in_order(admin_client, three):
    crm, desk, _ = three

    answer = admin_client.post(
        url("integration", "add"),
        {"product_a": desk.pk, "product_b": crm.pk, "depth": "deep", "status": "live"},
    )

    row = Integration.objects.get()
    assert (row.product_a, row.product_b) == (crm, desk)
    assert answer["Location"] == url("product", "pair", crm.pk, desk.pk)


def test_s19_a_second_integration_of_a_pair_is_refused_and_nothing_is_lost(admin_client, three):
    crm, desk, _ = three
    IntegrationFactory(product_a=crm, product_b=desk)

    answer = admin_client.post(
        url("integration", "add"),
        {
            "product_a": desk.pk,
            "product_b": crm.pk,
            "depth": "none",
            "status": "live",
            "better_together": "Typed with care",
        },
    )

    assert "These two products have an integration already." in answer.text
    assert "Typed with care" in answer.text


def test_s15_a_circle_is_refused_in_words_and_nothing_is_lost(admin_client, three):
    crm, desk, _ = three
    StepFactory(before=crm, after=desk)

    answer = admin_client.post(
        url("sequence", "add"),
        {"before": desk.pk, "after": crm.pk, "kind": "requires", "min_adoption": "0.42"},
    )

    assert "This would go in a circle: Desk -&gt; CRM -&gt; Desk." in answer.text
    assert "0.42" in answer.text
    assert Sequence.objects.count() == 1


def test_s15_the_form_offers_the_usual_adoption(look):
    assert 'value="0.6"' in look("sequence", "add")

    Threshold.objects.filter(code="sequence-min-adoption").delete()
    assert "Say the least adoption" in look("sequence", "add")


def test_s21_personas_and_needs_are_chosen_on_the_page_of_the_product(admin_client, three):
    crm = three[0]
    agent, answers = PersonaFactory(), NeedFactory()
    page = {
        "opened": crm.version,
        "name": "CRM",
        "portfolio": crm.portfolio_id,
        "origin": "native",
        "review_state": "not_needed",
        "role": "anchor",
        "available_from": "2020-01-01",
    }

    admin_client.post(
        url("product", "change", crm.pk), {**page, "personas": [agent.pk], "needs": [answers.pk]}
    )
    assert (list(crm.personas.all()), list(crm.needs.all())) == ([agent], [answers])

    stale = admin_client.post(url("product", "change", crm.pk), {**page, "personas": []})
    assert "Somebody else saved this after you opened it" in stale.text
    assert f"Personas: {agent.name}" in stale.text
    assert list(crm.personas.all()) == [agent]


def test_s21_a_persona_in_use_says_why_it_stays(look, three):
    agent = PersonaFactory()
    three[0].personas.add(agent)

    assert "It cannot be deleted: products refer to it." in look("persona", "change", agent.pk)


def test_s10_the_page_of_a_product_shows_its_neighbours(look, three):
    crm, desk, _ = three
    agent, answers = PersonaFactory(name="Agent"), NeedFactory(name="Answer calls")
    for product in (crm, desk):
        product.personas.add(agent)
        product.needs.add(answers)
    IntegrationFactory(product_a=crm, product_b=desk, depth="surface", status="planned")
    WorkflowEdgeFactory(from_product=desk, to_product=crm)

    page = look("product", "change", crm.pk)
    panel = text(page[page.index('id="neighbours"') : page.index('id="sequence"')])

    assert "Desk 0.75 surface planned no better-together statement" in panel
    assert "← into CRM Answer calls Agent" in panel
    assert "With 1 other nothing in common is known Voice" in panel
    assert url("product", "pair", *sorted((crm.pk, desk.pk))) in page


def test_s15_the_page_of_a_product_draws_its_sequence(look, three):
    crm, desk, voice = three
    StepFactory(before=crm, after=desk)
    StepFactory(before=desk, after=voice, kind="recommended")

    page = look("product", "change", desk.pk)
    picture = page[page.index('<svg class="pt-steps"') :]
    picture = picture[: picture.index("</svg>")]

    assert [f">{product.name}</text>" in picture for product in three] == [True] * 3
    assert picture.count('class="pt-arrow"') == 2
    assert picture.count("stroke-dasharray") == 1
    assert "style=" not in picture
    assert "<script" not in picture
    assert "CRM required, from 60 % adoption of it" in text(page)


def test_a_product_alone_says_what_to_do(look):
    page = look("product", "change", ProductFactory(name="Alone").pk)

    assert "There is no other product to compare Alone with." in page
    assert "Alone comes neither before nor after another product" in page


def test_s10_the_map_shows_every_pair_and_what_was_judged(look, three):
    crm, desk, voice = three
    IntegrationFactory(product_a=crm, product_b=desk, depth="deep", better_together="Because.")
    OverrideFactory(product_a=desk, product_b=voice, question="workflow", score=1, note="By mail.")

    page = look("portfolio", "coherence", crm.portfolio_id)
    said = text(page)

    assert page.count('<td class="pt-c2"') == 4  # two pairs, from both sides
    assert page.count('<td class="pt-c0"') == 2
    assert page.count("0.25*") >= 2
    assert "Coherence 0.17 point solutions" in said
    assert "Integration index 0.33" in said
    assert "workflow 0.00 1.00 By mail." in said
    assert "Of 2 pairs on sale nobody has written why" in said
    assert "CRM and Desk: 0.25. Needs 0.00, users 0.00, integration 1.00, workflow 0.00." in page


def test_s3_the_map_links_to_its_thresholds(look, three):
    page = look("portfolio", "coherence", three[0].portfolio_id)

    for row in Threshold.objects.filter(code__startswith="coherence-"):
        assert url("threshold", "change", row.pk) in page
    assert "A platform from 0.60 , point solutions up to 0.30 , mixed between." in text(page)


def test_the_map_is_of_the_day_that_is_asked_for(look, three):
    three[2].end_of_life_on = "2025-01-01"
    three[2].save()
    place = ("portfolio", "coherence", three[0].portfolio_id)

    assert "Products 3 3 pairs" in text(look(*place, on="2024-12-31"))
    assert "Products 2 1 pairs" in text(look(*place, on="2025-01-01"))
    assert "is not a day" in look(*place, on="soon")


def test_an_empty_map_says_what_to_do(look, three):
    assert "Nothing is known yet of how these products" in look(
        "portfolio", "coherence", three[0].portfolio_id
    )
    empty = PortfolioFactory(code="empty")
    assert "this portfolio has none" in look("portfolio", "coherence", empty.pk)
    ProductFactory(portfolio=empty)
    assert "this portfolio has only one" in look("portfolio", "coherence", empty.pk)


def test_the_page_of_a_portfolio_leads_to_its_map(look, three):
    page = look("portfolio", "change", three[0].portfolio_id)

    assert url("portfolio", "coherence", three[0].portfolio_id) in page
    assert "Integration index" in page


def test_s25_the_page_of_a_pair_asks_for_the_missing_statement(look, three):
    crm, desk, _ = three
    place = ("product", "pair", crm.pk, desk.pk)
    assert "Nobody has written why a customer is better off with both." in look(*place)

    IntegrationFactory(product_a=crm, product_b=desk, better_together="One record of everybody.")
    assert "One record of everybody." in look(*place)
    assert "Nobody has written" not in look(*place)


def test_s20_the_page_of_a_pair_shows_the_work_that_flows(look, three):
    desk, crm = three[1], three[0]
    WorkflowEdgeFactory(from_product=desk, to_product=crm, description="Leads from support.")
    StepFactory(before=crm, after=desk)

    said = text(look("product", "pair", crm.pk, desk.pk))

    assert "Desk → CRM : Leads from support." in said
    assert "CRM before Desk required: not without it, from 60 % adoption" in said.replace(
        "\xa0", " "
    )


def test_s10_a_judgement_is_made_on_the_page_of_the_pair(admin_client, three):
    crm, desk, _ = three
    pair = url("product", "pair", crm.pk, desk.pk)
    form = f"{url('coherenceoverride', 'add')}?product_a={crm.pk}&amp;product_b={desk.pk}"
    assert f"{form}&amp;question=personas" in admin_client.get(pair).text

    answer = admin_client.post(
        url("coherenceoverride", "add"),
        {
            "product_a": crm.pk,
            "product_b": desk.pk,
            "question": "personas",
            "score": "0.8",
            "note": "The same people, by other names.",
        },
    )

    assert answer["Location"] == pair
    said = text(admin_client.get(pair).text)
    assert "0.00 0.80 The same people, by other names." in said
    assert User.objects.get().email in said  # who, by the audit trail
    page = url("coherenceoverride", "change", CoherenceOverride.objects.get().pk)
    assert page in admin_client.get(pair).text


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"note": ""}, "note", "This field is required."),
        ({"note": "  "}, "note", "This field is required."),
        ({"score": "1.2"}, "score", "The score is from 0 to 1."),
    ],
)
def test_s10_a_wrong_judgement_says_so(admin_client, three, facts, field, sentence):
    crm, desk, _ = three
    body = {"product_a": crm.pk, "product_b": desk.pk, "question": "needs", "score": "1"}

    answer = admin_client.post(
        url("coherenceoverride", "add"), {**body, "note": "Because.", **facts}
    )

    assert sentence in str(answer.context["adminform"].form.errors[field])
    assert not CoherenceOverride.objects.exists()


def test_the_page_of_a_pair_of_one_leads_to_the_product(admin_client, three):
    crm = three[0]

    answer = admin_client.get(url("product", "pair", crm.pk, crm.pk))

    assert answer["Location"] == url("product", "change", crm.pk)
    assert admin_client.get(url("product", "pair", crm.pk, 987654)).status_code == 404


def test_who_may_only_look_is_offered_nothing_to_change(client, three):
    client.force_login(of_role("viewer"))
    crm, desk, _ = three

    pair = client.get(url("product", "pair", crm.pk, desk.pk)).text
    product = client.get(url("product", "change", crm.pk)).text

    assert "Judge otherwise" not in pair
    assert "/add/" not in text(pair) + "".join(re.findall(r"<main.*?</main>", pair, re.S))
    assert "Add what comes before it" not in product


def test_relations_are_filtered_by_a_product_on_either_side(admin_client, three):
    crm, desk, voice = three
    one = IntegrationFactory(product_a=crm, product_b=desk)
    other = IntegrationFactory(product_a=desk, product_b=voice)

    def found(code):
        page = admin_client.get(url("integration", "changelist"), {"product": code})
        return set(page.context["cl"].result_list)

    assert found("desk") == {one, other}
    assert found("voice") == {other}
    assert found("nobody") == {one, other}


def test_a_deleted_judgement_lets_the_computed_score_count_again(admin_client, three):
    crm, desk, _ = three
    row = OverrideFactory(product_a=crm, product_b=desk, score=1)

    admin_client.post(url("coherenceoverride", "delete", row.pk), {"post": "yes"})

    assert "Judge otherwise" in admin_client.get(url("product", "pair", crm.pk, desk.pk)).text
    assert Product.objects.count() == 3
