"""Asking who would get an account."""

from datetime import date

from accounts.models import Account, Member, OwnerRole
from accounts.ownership import assign
from accounts.profiles import classify
from accounts.routing.assigning import explain
from accounts.routing.subjects import Question
from tests.factories import AccountFactory, LineFactory, SubscriptionFactory
from tests.factories.routing import DAY

CSM, AE = OwnerRole.CSM, OwnerRole.AE


def asked(account, **facts):
    return explain(account=account, question=Question(on=DAY, **facts))


def kind(account, **facts) -> str:
    return asked(account, **facts).outcome.owner_model


def who(account, **facts) -> Member:
    return Member.objects.get(pk=asked(account, **facts).outcome.pick.member)


def in_segment(segment, **facts) -> Account:
    account = AccountFactory(**facts)
    classify(account=account, segment=segment, region=None, starts_on=date(2024, 1, 1))
    return account


def paying(mrr: int, **facts) -> Account:
    account = AccountFactory(**facts)
    LineFactory(subscription=SubscriptionFactory(account=account), amount=mrr)
    return account


def owned(member, **facts) -> Account:
    account = AccountFactory(**facts)
    assign(account=account, role=member.role, member=member, starts_on=date(2026, 1, 1))
    return account
