"""Policies over very many lines are previewed and applied by workers, and people see how far."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.admin import policy as pages
from accounts.changes import Wish, change
from accounts.errands import run_policies
from accounts.grandfathering import applying, running, scope
from accounts.grandfathering.deciding import OwnWork, StalePreview, approve
from accounts.grandfathering.recording import NotInState
from accounts.models import PolicyRun, PriceLock, RunKind, SubscriptionLine
from pricing.models import PolicyState
from tests.accounts.priced import a_charge, costs, sell
from tests.factories import UserFactory
from tests.factories.people import of_role
from tests.factories.protection import PolicyFactory

LATER = date(2024, 3, 2)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def policy(monkeypatch):
    """A policy over three customers, which is too many to be previewed at once."""
    monkeypatch.setattr(pages, "AT_ONCE", 2)
    for module in (applying, scope):
        monkeypatch.setattr(module, "CHUNK", 1)
    charge = a_charge(29)
    costs(charge, 49, on=date(2024, 3, 20))
    for _ in range(3):
        sell(charge)
    policy = PolicyFactory(cap_percent=10)
    policy.plans.set([charge.plan])
    policy.refresh_from_db()
    return policy


def at(policy, name: str) -> str:
    return reverse(f"admin:pricing_grandfatheringpolicy_{name}", args=[policy.pk])


def never() -> bool:
    return False


def after(times: int):
    """Stops a worker once it has asked so many times."""
    asked = count(1)
    return lambda: next(asked) > times


def test_what_is_too_much_for_a_page_is_done_by_a_worker_and_shown(client, policy):
    client.force_login(of_role("finance_preparer"))
    assert client.post(at(policy, "preview")).url == at(policy, "progress")
    page = client.get(at(policy, "progress")).content.decode()
    assert "It waits for a worker" in page
    assert 'http-equiv="refresh"' in page
    refused = client.post(at(policy, "preview")).content.decode()
    assert "being previewed or applied" in refused

    said = run_policies(clock=timezone.now, stop=never)

    assert said.endswith("3 lines of 3 customers are previewed.")
    page = client.get(at(policy, "progress")).content.decode()
    assert "3 lines of 3 customers are previewed." in page
    assert "refresh" not in page
    run = PolicyRun.objects.get()
    assert (run.done, run.total, run.failed) == (3, 3, False)
    policy.refresh_from_db()
    assert policy.state == PolicyState.PREVIEWED
    assert run_policies(clock=timezone.now, stop=never) is None


def test_a_preview_that_is_given_up_leaves_everything_as_it_was(client, policy):
    by = of_role("finance_preparer")
    client.force_login(by)
    running.ask(policy=policy, kind=RunKind.PREVIEW, by=by)
    run = running.claim(at=timezone.now())
    client.post(at(policy, "progress"))
    assert "It stops" in client.get(at(policy, "progress")).content.decode()

    assert "given up" in running.perform(run, clock=timezone.now, stop=never)

    policy.refresh_from_db()
    assert (policy.state, policy.preview_lines.count()) == (PolicyState.DRAFT, 0)
    running.ask(policy=policy, kind=RunKind.PREVIEW, by=by)
    client.post(at(policy, "progress"))
    assert run_policies(clock=timezone.now, stop=never) is None
    assert [run.said[:20] for run in policy.runs.all()] == [
        "It was given up befo",
        "It was given up: the",
    ]


def approval(client, policy) -> bool:
    """Asks on the page for the approval of what was previewed, and lets a worker do it."""
    run_policies(clock=timezone.now, stop=never)
    policy.refresh_from_db()
    wanted = {"preview_hash": policy.preview_hash, "change_reason": "Agreed"}
    assert client.post(at(policy, "approve"), wanted).url == at(policy, "progress")
    return "Every line is compared" in client.get(at(policy, "progress")).content.decode()


def test_what_is_too_much_to_compare_within_a_page_is_approved_by_a_worker(client, policy):
    client.force_login(of_role("finance_approver"))
    author = policy.author
    running.ask(policy=policy, kind=RunKind.PREVIEW, by=author)
    assert approval(client, policy)

    assert run_policies(clock=timezone.now, stop=never).endswith("approved as it was previewed.")

    policy.refresh_from_db()
    assert (policy.state, policy.approver) == (PolicyState.APPROVED, policy.runs.first().asked_by)
    run = policy.runs.first()
    assert (run.done, run.total, run.failed) == (3, 3, False)


def test_a_worker_refuses_what_changed_since_it_was_read(client, policy):
    client.force_login(of_role("finance_approver"))
    running.ask(policy=policy, kind=RunKind.PREVIEW, by=policy.author)
    assert approval(client, policy)
    facts = {"policy": policy, "kind": RunKind.APPROVE, "preview_hash": policy.preview_hash}
    policy.runs.update(ended_at=timezone.now())
    with pytest.raises(OwnWork):
        running.ask(**facts, by=policy.author)
    with pytest.raises(StalePreview):
        running.ask(**{**facts, "preview_hash": "0" * 64}, by=UserFactory())
    running.ask(**facts, by=UserFactory())
    change(line=SubscriptionLine.objects.first(), wish=Wish(amount=Decimal(5)), on=LATER)

    assert "has changed since it was previewed" in run_policies(clock=timezone.now, stop=never)

    policy.refresh_from_db()
    assert policy.state == PolicyState.PREVIEWED
    assert policy.runs.first().state == "failed"


def test_an_application_whose_worker_stops_is_ended_by_another_one(policy):
    by = UserFactory()
    running.ask(policy=policy, kind=RunKind.PREVIEW, by=by)
    run_policies(clock=timezone.now, stop=never)
    policy.refresh_from_db()
    facts = {"preview_hash": policy.preview_hash, "at": timezone.now()}
    policy = approve(policy=policy, by=UserFactory(), **facts)
    running.ask(policy=policy, kind=RunKind.APPLY, by=by)

    assert run_policies(clock=timezone.now, stop=after(2)).endswith("left to another worker.")
    assert PriceLock.objects.count() == 2
    assert run_policies(clock=timezone.now, stop=never).endswith("protected.")

    policy.refresh_from_db()
    assert (policy.state, PriceLock.objects.count()) == (PolicyState.APPLIED, 3)


def test_what_is_refused_and_what_fails_is_told(policy, monkeypatch, caplog):
    with pytest.raises(NotInState):
        running.ask(policy=policy, kind=RunKind.APPLY, by=UserFactory())
    PolicyRun.objects.create(policy=policy, kind=RunKind.APPLY, asked_by=UserFactory())
    assert "it must be approved first" in run_policies(clock=timezone.now, stop=never)

    def fails(**_):
        raise LookupError("a fault of ours")

    monkeypatch.setattr(running, "record_preview", fails)
    running.ask(policy=policy, kind=RunKind.PREVIEW, by=UserFactory())
    run_policies(clock=timezone.now, stop=never)
    assert [(run.failed, run.said[:11]) for run in policy.runs.all()] == [
        (True, "LookupError"),
        (True, "It is draft"),
    ]


def test_a_run_of_which_nothing_is_heard_is_begun_again(policy):
    running.ask(policy=policy, kind=RunKind.PREVIEW, by=UserFactory())
    now = timezone.now()
    assert running.claim(at=now)
    assert running.claim(at=now) is None
    assert running.claim(at=now + running.SILENCE * 2)
