"""One row of every model, that nothing else refers to, so that every door leads somewhere."""

from decimal import Decimal

from django.db.models import Model
from django.utils import timezone

from accounts.grandfathering.totals import Totals
from accounts.models import (
    Account,
    Assignment,
    BehaviourEvent,
    ContactRole,
    EntitlementLock,
    Exposure,
    Feedback,
    GrandfatheringException,
    LedgerEntry,
    ObjectionRaised,
    PolicyPreview,
    PolicyRun,
    PreviewLine,
    RoutingRuleSet,
    RunKind,
    Signal,
    SubscriptionLine,
)
from accounts.profiles import classify
from accounts.routing.proposals import propose
from accounts.subscriptions import add_line
from config.access.keys import issue
from config.access.models import User
from config.access.scopes import Scope
from config.audit.models import Event as AuditEvent
from config.outbox.endpoints import send_test
from config.outbox.events import Change, tell
from config.outbox.models import Event, WebhookEndpoint
from portfolio.models import Motion
from pricing.models import AddOn, Bundle, Capacity, CreditPack, Platform, PriceBook, Tier
from tests.factories import (
    AccountFactory,
    AssetFactory,
    BenchmarkFactory,
    BundleFactory,
    BundleItemFactory,
    ChannelFactory,
    ChargeFactory,
    ContactFactory,
    EntitlementFactory,
    EntitlementOverrideFactory,
    FeatureFactory,
    HealthScoreFactory,
    IntegrationFactory,
    LineFactory,
    MemberFactory,
    MigrationPathFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    PlanEnablementFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    RegionCountryFactory,
    RegionFactory,
    ReminderFactory,
    SegmentEnablementFactory,
    SegmentFactory,
    SegmentRuleFactory,
    StepFactory,
    SubscriptionFactory,
    SubscriptionFeedbackFactory,
    SunsetPlanFactory,
    TargetingFactory,
    TeamFactory,
    ThresholdFactory,
    TrialFactory,
    UsageDayFactory,
    UserFactory,
    WorkflowEdgeFactory,
    expansion,
    owned_by,
)
from tests.factories.catalog import SINCE
from tests.factories.credits import (
    CreditTermsFactory,
    CreditUnitFactory,
    drawn,
    granted,
    rate,
)
from tests.factories.exchange import ExchangeRateFactory, RateTableFactory
from tests.factories.incentives import IncentiveFactory, redeemed
from tests.factories.prices import PriceBookFactory, PriceReleaseFactory, drafted, flat, published
from tests.factories.protection import PolicyFactory, locked
from tests.factories.routing import (
    AbsenceFactory,
    NamedAccountFactory,
    PoolFactory,
    active_rules,
    members_of,
    pool_of,
    routed,
    rule_set_of,
)
from tests.factories.signals import signal_rule

PRICE = Decimal(100)


def profile(account: Account | None = None) -> Model:
    account = account or AccountFactory()
    return classify(account=account, segment=None, region=None, starts_on=SINCE)


def price() -> Model:
    return drafted(PriceBookFactory(), flat(ChargeFactory(), PRICE)).lines.get()


def key() -> Model:
    return issue(name="Somebody's", owner=UserFactory(), scopes=[Scope.METRICS_READ])[0]


def line(**facts) -> Model:
    return LineFactory(amount=PRICE, **facts)


def entry(**facts) -> Model:
    return LedgerEntry.objects.filter(account=line(**facts).account).first()


def event() -> Model:
    tell(ProductFactory(), Change.CHANGED)
    return Event.objects.latest("id")


def endpoint() -> Model:
    return WebhookEndpoint.objects.create(url="https://example.org/hook", owner=UserFactory())


def delivery() -> Model:
    return send_test(endpoint=endpoint(), at=timezone.now())


def recorded(row: Model) -> Model:
    """What the audit trail tells of the row."""
    return AuditEvent.objects.filter(table_name=row._meta.db_table, row_id=row.pk).latest("id")


def of_product() -> Model:
    row = ProductFactory()
    row.name = "Another name"
    row.save()
    return recorded(row)


def previewed() -> Model:
    """A draft of a policy that covers nobody, with a preview that says so, done by a worker."""
    policy = PolicyFactory()
    facts = {"kind": RunKind.PREVIEW, "asked_by": policy.author, "ended_at": timezone.now()}
    PolicyRun.objects.create(policy=policy, **facts)
    PolicyPreview.objects.create(policy=policy, totals=Totals(policy.effective_on).told())
    return policy


def of_people(user: User) -> Model:
    """What the audit trail tells of a person: who keeps people may see it."""
    return recorded(UserFactory())


def _own_subscription(user: User) -> Model:
    return SubscriptionFactory(account=owned_by(user))


def assignment(user: User | None = None) -> Model:
    return Assignment.objects.get(account=owned_by(user or UserFactory()))


def decision(account: Account | None = None) -> Model:
    """By a rule set that is made for it, where none is active yet."""
    if not RoutingRuleSet.objects.active().exists():
        active_rules({"pool": pool_of(1)})
    return routed(account)


def proposal() -> Model:
    pool = pool_of(1, 1)
    giver = members_of(pool)[0]
    for _ in range(2):
        owned_by(giver.user, team=giver.team)
    return propose(pool=pool, on=timezone.localdate(), by=UserFactory())


def use(account: Account | None = None) -> Model:
    """One unit of a feature, paid in credits."""
    account, of = account or AccountFactory(), rate()
    granted(account, of.unit)
    return drawn(account, of.unit, of.feature, 1, SINCE)


MAKERS = {
    "accounts.pool": PoolFactory,
    "accounts.absence": AbsenceFactory,
    "accounts.namedaccount": NamedAccountFactory,
    "accounts.routingruleset": lambda: rule_set_of({"member": MemberFactory()}),
    "accounts.routingdecision": decision,
    "accounts.rebalancingproposal": proposal,
    "access.user": UserFactory,
    "access.apikey": key,
    "portfolio.portfolio": lambda: PortfolioFactory(code="spare"),
    "portfolio.product": ProductFactory,
    "portfolio.segment": SegmentFactory,
    "portfolio.region": RegionFactory,
    "portfolio.threshold": ThresholdFactory,
    "portfolio.persona": PersonaFactory,
    "portfolio.customerneed": NeedFactory,
    "portfolio.integration": IntegrationFactory,
    "portfolio.workflowedge": WorkflowEdgeFactory,
    "portfolio.sequence": StepFactory,
    "portfolio.coherenceoverride": OverrideFactory,
    "portfolio.regioncountry": RegionCountryFactory,
    "portfolio.targeting": TargetingFactory,
    "portfolio.channel": lambda: ChannelFactory(
        segment=SegmentFactory(), motion=Motion.TIER_UPSELL
    ),
    "portfolio.asset": AssetFactory,
    "portfolio.sunsetplan": SunsetPlanFactory,
    "portfolio.segmentenablement": SegmentEnablementFactory,
    "portfolio.benchmark": BenchmarkFactory,
    "pricing.planenablement": PlanEnablementFactory,
    "pricing.plan": PlanFactory,
    "pricing.planversion": lambda: PlanVersionFactory(plan=BundleFactory()),
    "pricing.charge": ChargeFactory,
    "pricing.tier": lambda: Tier.objects.get(pk=PlanFactory().pk),
    "pricing.addon": lambda: AddOn.objects.get(pk=PlanFactory(kind="add_on").pk),
    "pricing.capacity": lambda: Capacity.objects.get(pk=PlanFactory(kind="capacity").pk),
    "pricing.bundle": lambda: Bundle.objects.get(pk=BundleFactory().pk),
    "pricing.platform": lambda: Platform.objects.get(pk=BundleFactory(kind="platform").pk),
    "pricing.creditpack": lambda: CreditPack.objects.get(pk=BundleFactory(kind="credit_pack").pk),
    "pricing.feature": lambda: FeatureFactory(value_rating=3),
    "pricing.entitlement": EntitlementFactory,
    "pricing.bundleitem": BundleItemFactory,
    "pricing.migrationpath": MigrationPathFactory,
    "pricing.creditunit": CreditUnitFactory,
    "pricing.creditterms": CreditTermsFactory,
    "pricing.burnrate": rate,
    "pricing.ratetable": RateTableFactory,
    "pricing.exchangerate": ExchangeRateFactory,
    "pricing.incentive": IncentiveFactory,
    "pricing.pricebook": PriceBookFactory,
    "pricing.pricerelease": PriceReleaseFactory,
    "pricing.price": price,
    "accounts.account": lambda: AccountFactory(fiscal_year_starts=7),
    "accounts.accountprofile": profile,
    "accounts.contact": ContactFactory,
    "accounts.segmentrule": SegmentRuleFactory,
    "accounts.entitlementoverride": EntitlementOverrideFactory,
    "accounts.trial": TrialFactory,
    "accounts.downgradereminder": lambda: ReminderFactory(outcome="kept", decided_on=SINCE),
    "accounts.subscriptionfeedback": SubscriptionFeedbackFactory,
    "accounts.usageday": UsageDayFactory,
    "accounts.healthscore": HealthScoreFactory,
    "accounts.subscription": SubscriptionFactory,
    "accounts.subscriptionline": line,
    "accounts.ledgerentry": entry,
    "accounts.team": TeamFactory,
    "accounts.member": MemberFactory,
    "accounts.assignment": assignment,
    "accounts.creditgrant": granted,
    "accounts.creditdraw": use,
    "accounts.incentiveredemption": redeemed,
    "outbox.event": event,
    "outbox.webhookendpoint": endpoint,
    "outbox.webhookdelivery": delivery,
    "audit.event": of_product,
}
# Rows that are somebody's own, made for the user: needed where the table says `role:own`.
OWN_MAKERS = {
    "audit.event": of_people,
    "accounts.account": owned_by,
    "accounts.accountprofile": lambda user: profile(owned_by(user)),
    "accounts.entitlementoverride": lambda user: EntitlementOverrideFactory(account=owned_by(user)),
    "accounts.trial": lambda user: TrialFactory(account=owned_by(user)),
    "accounts.downgradereminder": lambda user: ReminderFactory(
        subscription=_own_subscription(user)
    ),
    "accounts.subscriptionfeedback": lambda user: SubscriptionFeedbackFactory(
        account=owned_by(user)
    ),
    "accounts.usageday": lambda user: UsageDayFactory(account=owned_by(user)),
    "accounts.healthscore": lambda user: HealthScoreFactory(account=owned_by(user)),
    "accounts.contact": lambda user: ContactFactory(account=owned_by(user)),
    "accounts.subscription": _own_subscription,
    "accounts.subscriptionline": lambda user: line(subscription=_own_subscription(user)),
    "accounts.ledgerentry": lambda user: entry(subscription=_own_subscription(user)),
    "accounts.assignment": assignment,
    "accounts.namedaccount": lambda user: NamedAccountFactory(account=owned_by(user)),
    "accounts.routingdecision": lambda user: decision(owned_by(user, role="specialist")),
    "accounts.creditgrant": lambda user: granted(owned_by(user)),
    "accounts.creditdraw": lambda user: use(owned_by(user)),
    "accounts.incentiveredemption": lambda user: redeemed(owned_by(user)),
}
# What an address without a row of a model may name.
NAMES = {
    "/api/v1/metrics/{code}/": "products-per-customer",
    "/api/v1/exports/{code}/": "product-sets",
    "/admin/figures/{code}/": "products-per-customer",
}


def price_lock(account: Account | None = None) -> Model:
    """A price that an account keeps."""
    charge = ChargeFactory()
    standard = PriceBook.objects.filter(account_code=None, segment=None, region=None).first()
    published(standard or PriceBookFactory(segment=None), flat(charge, PRICE), on=SINCE)
    subscription = SubscriptionFactory(account=account or AccountFactory())
    wanted = SubscriptionLine(charge=charge, starts_on=subscription.starts_on)
    held = add_line(subscription=subscription, line=wanted)
    return locked(held, effective_on=held.starts_on)[0]


def entitlement_lock(account: Account | None = None) -> Model:
    lock = price_lock(account)
    version = PlanVersionFactory(plan=lock.root.plan)
    return EntitlementLock.objects.create(
        account=lock.account,
        root=lock.root,
        policy=lock.policy,
        plan_version=version,
        mode="pin",
        starts_on=lock.starts_on,
    )


def excepted(account: Account | None = None) -> Model:
    return GrandfatheringException.objects.create(
        policy=PolicyFactory(),
        account=account or AccountFactory(),
        kind="exclude",
        reason="Asked for it",
        expires_on=SINCE,
        author=UserFactory(),
    )


def preview_line() -> Model:
    held = line()
    return PreviewLine.objects.create(
        policy=PolicyFactory(),
        line=held,
        account=held.account,
        status="protected",
        amount=PRICE,
        days=[SINCE],
        kept=[PRICE],
        forced=[PRICE],
        seen="0",
    )


def opportunity(user: User | None = None) -> Model:
    account = owned_by(user) if user else AccountFactory()
    return expansion.upsell(account)


def of_opportunity(make) -> dict:
    """A maker of a row beside an opportunity, and one of a row that is somebody's own."""
    return {"any": lambda: make(opportunity()), "own": lambda user: make(opportunity(user))}


STAKE = of_opportunity(lambda row: expansion.engage(row, ContactRole.CHAMPION))
OBJECTION = of_opportunity(
    lambda row: ObjectionRaised.objects.create(
        opportunity=row, kind="price", response="roi", raised_on=SINCE
    )
)
FEEDBACK = of_opportunity(
    lambda row: Feedback.objects.create(
        opportunity=row, outcome="not_upgraded", reason="price", given_on=SINCE
    )
)


def exposure(account: Account | None = None) -> Model:
    account = account or AccountFactory()
    return Exposure.objects.create(
        account=account, product=ProductFactory(), kind="webinar", shown_on=SINCE
    )


def outcome(account: Account | None = None) -> Model:
    return expansion.valued(account or AccountFactory(), ProductFactory())


def behaviour(account: Account | None = None) -> Model:
    account = account or AccountFactory()
    return BehaviourEvent.objects.create(
        account=account, kind="webinar", at=timezone.now(), key="1"
    )


def signal(account: Account | None = None) -> Model:
    return Signal.objects.create(
        rule=signal_rule("behaviour", behaviour="webinar"),
        account=account or AccountFactory(),
        on=SINCE,
        occurrence="event 1",
        why="They came.",
        state="suppressed",
        reason="cooldown",
    )


MAKERS |= {
    "pricing.grandfatheringpolicy": previewed,
    "accounts.grandfatheringexception": excepted,
    "accounts.pricelock": price_lock,
    "accounts.entitlementlock": entitlement_lock,
    "accounts.previewline": preview_line,
    "accounts.signalrule": lambda: signal_rule("renewal"),
    "accounts.signal": signal,
    "accounts.opportunity": opportunity,
    "accounts.stakeholder": STAKE["any"],
    "accounts.objectionraised": OBJECTION["any"],
    "accounts.feedback": FEEDBACK["any"],
    "accounts.exposure": exposure,
    "accounts.valueoutcome": outcome,
    "accounts.behaviourevent": behaviour,
    "accounts.playbook": expansion.playbook,
    "accounts.experiment": expansion.experiment,
}
OWN_MAKERS |= {
    "accounts.grandfatheringexception": lambda user: excepted(owned_by(user)),
    "accounts.pricelock": lambda user: price_lock(owned_by(user)),
    "accounts.entitlementlock": lambda user: entitlement_lock(owned_by(user)),
    "accounts.signal": lambda user: signal(owned_by(user)),
    "accounts.opportunity": opportunity,
    "accounts.stakeholder": STAKE["own"],
    "accounts.objectionraised": OBJECTION["own"],
    "accounts.feedback": FEEDBACK["own"],
    "accounts.exposure": lambda user: exposure(owned_by(user)),
    "accounts.valueoutcome": lambda user: outcome(owned_by(user)),
    "accounts.behaviourevent": lambda user: behaviour(owned_by(user)),
}


def make_rows() -> dict[str, Model]:
    return {label: make() for label, make in MAKERS.items()}
