"""Who buys, and what they hold."""

from datetime import date
from decimal import Decimal

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import (
    Account,
    Contact,
    ContactRole,
    DowngradeReminder,
    EntitlementOverride,
    HealthScore,
    Member,
    OwnerRole,
    SegmentRule,
    Subscription,
    SubscriptionFeedback,
    SubscriptionLine,
    Team,
    Trial,
    UsageDay,
)
from accounts.ownership import assign
from accounts.subscriptions import add_line
from tests.factories.catalog import SINCE, ChargeFactory, SegmentFactory
from tests.factories.people import UserFactory
from tests.factories.plans import FeatureFactory


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account

    code = Sequence("account-{}".format)
    name = SelfAttribute("code")
    currency = "USD"
    created_on = SINCE


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    account = SubFactory(AccountFactory)
    name = Sequence("Person {}".format)
    role = ContactRole.USER


class SegmentRuleFactory(DjangoModelFactory):
    class Meta:
        model = SegmentRule

    rank = Sequence(lambda n: n + 1)
    segment = SubFactory(SegmentFactory)


class UsageDayFactory(DjangoModelFactory):
    class Meta:
        model = UsageDay

    account = SubFactory(AccountFactory)
    feature = SubFactory(FeatureFactory)
    day = SINCE
    value = 1


class HealthScoreFactory(DjangoModelFactory):
    class Meta:
        model = HealthScore

    account = SubFactory(AccountFactory)
    day = SINCE
    score = 80
    band = "green"


class SubscriptionFactory(DjangoModelFactory):
    """An agreement without lines."""

    class Meta:
        model = Subscription

    account = SubFactory(AccountFactory)
    code = Sequence("subscription-{}".format)
    currency = SelfAttribute("account.currency")
    starts_on = SINCE


class EntitlementOverrideFactory(DjangoModelFactory):
    class Meta:
        model = EntitlementOverride

    account = SubFactory(AccountFactory)
    feature = SubFactory(FeatureFactory)
    quantity = 5
    reason = "Agreed"
    starts_on = SINCE
    ends_on = date(2030, 1, 1)


class TrialFactory(DjangoModelFactory):
    class Meta:
        model = Trial

    account = SubFactory(AccountFactory)
    feature = SubFactory(FeatureFactory)
    starts_on = SINCE
    ends_on = date(2030, 1, 1)


class ReminderFactory(DjangoModelFactory):
    class Meta:
        model = DowngradeReminder

    subscription = SubFactory(SubscriptionFactory)
    shown_on = SINCE


class SubscriptionFeedbackFactory(DjangoModelFactory):
    class Meta:
        model = SubscriptionFeedback

    account = SubFactory(AccountFactory)
    kind = "churn"
    reason = "price"
    given_on = SINCE


class LineFactory(DjangoModelFactory):
    """Something held, through the decision that carries it to the ledger."""

    class Meta:
        model = SubscriptionLine

    subscription = SubFactory(SubscriptionFactory)
    charge = SubFactory(ChargeFactory)
    starts_on = SINCE
    amount = 100

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        subscription = kwargs.pop("subscription")
        amount = Decimal(kwargs.pop("amount"))
        return add_line(subscription=subscription, line=model_class(amount=amount, **kwargs))


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    code = Sequence("team-{}".format)
    name = SelfAttribute("code")


class MemberFactory(DjangoModelFactory):
    """In the team since 2020."""

    class Meta:
        model = Member

    user = SubFactory(UserFactory)
    team = SubFactory(TeamFactory)
    role = OwnerRole.CSM
    starts_on = SINCE


def owned_by(user, *, account=None, starts_on=SINCE, team=None, **facts):
    """An account that the user looks after from a day on, as a member of a team."""
    account = account or AccountFactory()
    team = team or TeamFactory()
    member = Member.objects.filter(user=user, team=team).first()
    member = member or MemberFactory(user=user, team=team)
    given = {"role": member.role, **facts}
    assign(account=account, member=member, starts_on=starts_on, **given)
    return account
