import re
from functools import partial

import pytest
from django.test import Client

from config.access.models import User
from portfolio.models import Portfolio, Product, Segment
from pricing.models import Charge, Plan
from tests.config.racing import together


@pytest.fixture
def boss(person):
    client = Client()
    client.force_login(person("viewer", is_staff=True, is_superuser=True))
    return client


def inputs(page: str) -> dict[str, str]:
    """What the form on a page would send as it stands."""
    tags = re.findall(r"<input[^>]*>", page[page.index("<form") :])
    facts = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in tags]
    return {fact["name"]: fact.get("value", "") for fact in facts if "name" in fact}


def opened(client, path: str) -> dict[str, str]:
    sent = inputs(client.get(path).text)
    return {name: value for name, value in sent.items() if not name.startswith(("_", "csrf"))}


@pytest.mark.django_db
def test_a_stale_page_changes_nothing_and_loses_nothing(boss):
    segment = Segment.objects.create(code="xs", name="Extra small", rank=901)
    path = f"/admin/portfolio/segment/{segment.pk}/change/"
    ann, bob = opened(boss, path), opened(boss, path)
    assert ann["opened"] == "1"

    assert boss.post(path, {**bob, "name": "Bob's"}).status_code == 302
    answer = boss.post(path, {**ann, "name": "Ann's"})

    assert answer.status_code == 200
    assert "Somebody else saved this after you opened it" in answer.text
    assert "Bob&#x27;s" in answer.text
    assert inputs(answer.text)["name"] == "Ann&#x27;s"
    assert Segment.objects.get(pk=segment.pk).name == "Bob's"

    again = {**ann, "name": "Ann's", "opened": inputs(answer.text)["opened"]}
    assert boss.post(path, again).status_code == 302
    assert Segment.objects.get(pk=segment.pk).name == "Ann's"


@pytest.mark.django_db
def test_a_page_that_does_not_say_its_version_is_stale(boss):
    segment = Segment.objects.create(code="xs", name="Extra small", rank=901)
    path = f"/admin/portfolio/segment/{segment.pk}/change/"

    assert boss.post(path, {"name": "X", "rank": 901}).status_code == 200
    assert Segment.objects.get(pk=segment.pk).name == "Extra small"


@pytest.mark.django_db
def test_the_rows_below_have_their_own_version(boss):
    shop = Portfolio.objects.create(code="shop", name="Shop")
    product = Product.objects.create(code="crm", name="CRM", portfolio=shop)
    plan = Plan.objects.create(code="crm-pro", name="Pro", product=product, rank=1)
    charge = Charge.objects.create(plan=plan)
    path = f"/admin/pricing/tier/{plan.pk}/change/"
    page = {**opened(boss, path), "charges-0-cadence": "usage"}
    assert page["charges-0-opened"] == "1"

    Charge.objects.filter(pk=charge.pk).update(cadence="one_time")
    stale = boss.post(path, page)
    assert stale.status_code == 200
    assert "Somebody else saved this" in stale.text
    assert Charge.objects.get().cadence == "one_time"

    fresh = {**opened(boss, path), "charges-0-cadence": "usage"}
    assert boss.post(path, fresh).status_code == 302
    assert Charge.objects.get().cadence == "usage"


THREADS, ROUNDS = 8, 5


def saved_at_once(sessions: list[Client]) -> int:
    """How many of those save who opened the same version and press the button together."""
    segment = Segment.objects.create(code="xs", name="Extra small", rank=901)
    path = f"/admin/portfolio/segment/{segment.pk}/change/"

    def save(page: dict, number: int) -> int:
        name = f"{page['opened']}-{number}"
        return sessions[number].post(path, {**page, "name": name}).status_code

    answers = []
    for _ in range(ROUNDS):
        answers += together(partial(save, opened(sessions[0], path)), THREADS)
    return answers.count(302)


@pytest.fixture
def sessions(transactional_db):
    boss = User.objects.create_superuser("boss@example.org")
    clients = [Client() for _ in range(THREADS)]
    for client in clients:
        client.force_login(boss)
    return clients


def test_of_those_who_save_at_the_same_time_one_does(sessions):
    assert saved_at_once(sessions) == ROUNDS


def test_without_the_lock_several_do(sessions, monkeypatch):
    monkeypatch.setattr("config.admin.options.ModelAdmin._lock", lambda *_: None)

    assert saved_at_once(sessions) > ROUNDS
