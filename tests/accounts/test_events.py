"""What decisions about customers tell other systems."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.importing import import_book
from accounts.models import Subscription, SubscriptionLine
from accounts.profiles import LaterProfile, classify
from accounts.subscriptions import AlreadyEnded, cancel, end_line, start
from config.outbox.kinds import kinds
from config.outbox.models import Event
from portfolio.models import Segment
from tests.accounts.ledger_book import SINCE, catalog, customer, hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """The kinds of events since the last look, each as its example says."""
    seen = [0]

    def look() -> list[str]:
        new = list(Event.objects.filter(id__gt=seen[-1]).order_by("id"))
        for event in new:
            kind = kinds[event.kind]
            assert event.payload.keys() == kind.example.keys(), event.kind
            assert event.subject.startswith(f"/{kind.path}/")
        seen.extend(event.id for event in new)
        return [event.kind for event in new]

    return look


def test_a_subscription_is_told_of_with_every_line(told):
    charges, account = catalog(), customer()
    subscription = Subscription(code="s1", account=account, currency="USD", starts_on=SINCE)
    lines = [SubscriptionLine(charge=c, starts_on=SINCE, amount=Decimal(9)) for c in charges[::2]]
    start(subscription=subscription, lines=lines)

    assert told() == ["subscription.started", *["line.started"] * 3]
    assert Event.objects.get(kind="subscription.started").subject == "/subscriptions/s1/"

    cancel(subscription=subscription, on=date(2024, 1, 1))
    assert told() == ["subscription.cancelled", *["line.ended"] * 3]


def test_an_ended_line_is_told_of_once(told):
    line = hold(customer(), catalog()[0], SINCE, 9)
    told()
    end_line(line=line, on=SINCE)
    with pytest.raises(AlreadyEnded):
        end_line(line=line, on=SINCE)

    assert told() == ["line.ended"]
    assert Event.objects.get(kind="line.ended").payload["voided"] is True


def test_a_classified_account_is_told_of_and_a_refused_one_is_not(told):
    catalog()
    account, segment = customer(), Segment.objects.get(code="smb")
    facts = {"account": account, "region": None, "segment": segment}
    classify(**facts, starts_on=date(2024, 1, 1))
    with pytest.raises(LaterProfile):
        classify(**facts, starts_on=date(2023, 1, 1))

    assert told() == ["account.classified"]
    assert Event.objects.get().payload["segment"] == "smb"


@pytest.mark.django_db(transaction=True)
def test_an_imported_book_is_one_event_and_the_same_book_again_none(told, tmp_path):
    accounts, items = tmp_path / "accounts.csv", tmp_path / "items.csv"
    accounts.write_text("account_id,segment,region,created\nacme,smb,emea,2024-01-01\n")
    items.write_text(
        "account_id,product,tier,start_date,end_date,mrr_cents\n"
        "acme,crm,pro,2024-01-01,,900\nacme,hub,pro,2024-02-01,,900\n"
    )

    import_book(accounts=accounts, items=items)
    assert told() == ["book.imported"]
    assert Event.objects.get().payload["counts"]["items_created"] == 2

    import_book(accounts=accounts, items=items)
    assert told() == []
