"""A row of every audited table, a change of it, and the events that writing them leaves."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Max, Model

from accounts.models import (
    Absence,
    Account,
    AccountProfile,
    Assignment,
    Contact,
    CreditDraw,
    CreditGrant,
    DowngradeReminder,
    EntitlementLock,
    EntitlementOverride,
    Experiment,
    Exposure,
    Feedback,
    GrandfatheringException,
    Member,
    NamedAccount,
    Objection,
    ObjectionRaised,
    Playbook,
    PlaybookStep,
    Pool,
    PoolMember,
    PriceLock,
    RebalancingMove,
    RebalancingProposal,
    RoutingRule,
    RoutingRuleSet,
    SegmentRule,
    SignalRule,
    Subscription,
    Team,
    Trial,
    ValueOutcome,
    Variant,
)
from config.access.models import ApiKey, User
from config.audit.models import Event
from config.outbox.models import WebhookEndpoint
from portfolio.models import (
    Asset,
    Benchmark,
    Channel,
    CoherenceOverride,
    CustomerNeed,
    Integration,
    Persona,
    Portfolio,
    Product,
    Region,
    RegionCountry,
    Segment,
    SegmentEnablement,
    Sequence,
    SunsetPlan,
    Targeting,
    Threshold,
    WorkflowEdge,
)
from pricing.models import (
    BundleItem,
    BurnRate,
    Charge,
    CreditUnit,
    Entitlement,
    Feature,
    MigrationPath,
    Plan,
    PlanEnablement,
    PlanVersion,
    PriceBook,
    PriceRelease,
    RateTable,
)
from tests.config.audit.catalog_rows import (
    DAY,
    LATER,
    NOON,
    book,
    bundle,
    feature,
    group,
    incentive,
    link,
    need,
    numbers,
    permission,
    persona,
    plan,
    policy,
    portfolio,
    price,
    product,
    rate,
    region,
    saved_incentive,
    scope,
    segment,
    stored,
    terms,
    tier,
    unit,
    user,
    version,
)
from tests.config.audit.customer_rows import (
    account,
    agreement,
    assignment,
    experiment,
    feedback,
    line,
    lock,
    member,
    new_opportunity,
    opportunity,
    playbook,
    pool,
    proposal,
    redemption,
    rule_set,
    said_feedback,
    stakeholder,
    team,
)
from tests.factories.positioning import letters

FACTS = {"actor": "user:7", "reason": "Tidying", "request_id": "r-1", "door": "api"}


# A row of each table that is not stored yet.
MAKERS: dict[str, Callable[[], Model]] = {
    "mfa_authenticator": lambda: Authenticator(user=user(), type="totp", data={"secret": "x"}),
    "outbox_webhookendpoint": lambda: WebhookEndpoint(
        url=f"https://r{next(numbers)}.example.org/", kinds=[], owner=user(), active=False
    ),
    "access_user": lambda: User(email=f"u{next(numbers)}@example.org", name="U", password="x"),
    "access_apikey": lambda: ApiKey(
        name="k",
        prefix=f"{next(numbers):012x}",
        hash="0" * 64,
        owner=user(),
        scopes=["prices:read"],
    ),
    "access_user_groups": lambda: link("access_user_groups", user=user, group=group),
    "access_user_user_permissions": lambda: link(
        "access_user_user_permissions", user=user, permission=permission
    ),
    "auth_group": lambda: Group(name=f"g{next(numbers)}"),
    "auth_group_permissions": lambda: link(
        "auth_group_permissions", group=group, permission=permission
    ),
    "portfolio_portfolio": lambda: Portfolio(code=f"h{next(numbers)}", name="Home"),
    "portfolio_product": lambda: Product(code=f"p{next(numbers)}", name="P", portfolio=portfolio()),
    "portfolio_segment": lambda: Segment(code=f"s{next(numbers)}", name="S", rank=next(numbers)),
    "portfolio_region": lambda: Region(code=f"r{next(numbers)}", name="R", rank=next(numbers)),
    "portfolio_threshold": lambda: Threshold(
        code=f"t{next(numbers)}", value=1, source="Us", starts_on=DAY
    ),
    "portfolio_persona": lambda: Persona(code=f"pe{next(numbers)}", name="P"),
    "portfolio_customerneed": lambda: CustomerNeed(code=f"n{next(numbers)}", name="N"),
    "portfolio_product_personas": lambda: link(
        "portfolio_product_personas", product=product, persona=persona
    ),
    "portfolio_product_needs": lambda: link(
        "portfolio_product_needs", product=product, customerneed=need
    ),
    "portfolio_integration": lambda: Integration(
        product_a=product(), product_b=product(), depth="deep"
    ),
    "portfolio_workflowedge": lambda: WorkflowEdge(from_product=product(), to_product=product()),
    "portfolio_sequence": lambda: Sequence(
        before=product(), after=product(), kind="requires", min_adoption=1
    ),
    "portfolio_coherenceoverride": lambda: CoherenceOverride(
        product_a=product(), product_b=product(), question="needs", score=1, note="Seen."
    ),
    "portfolio_regioncountry": lambda: RegionCountry(
        region=region(), country=letters(next(numbers))
    ),
    "portfolio_targeting": lambda: Targeting(segment=segment(), posture="lead"),
    "portfolio_channel": lambda: Channel(product=product(), owner_model="csm_led"),
    "portfolio_asset": lambda: Asset(
        name="A", kind="demo", product=product(), url="https://example.org/", published_on=DAY
    ),
    "portfolio_sunsetplan": lambda: SunsetPlan(
        product=product(), no_successor=True, reason="Old", notice_days=90
    ),
    "portfolio_segmentenablement": lambda: SegmentEnablement(product=product(), segment=segment()),
    "portfolio_benchmark": lambda: Benchmark(
        key=f"b{next(numbers)}", name="B", low=1, source="Us", published_on=DAY
    ),
    "pricing_planenablement": lambda: PlanEnablement(product=product(), plan=plan()),
    "pricing_plan": lambda: Plan(code=f"t{next(numbers)}", name="T", product=product(), rank=1),
    "pricing_planversion": lambda: PlanVersion(plan=plan(), number=1, starts_on=DAY),
    "pricing_charge": lambda: Charge(plan=plan(), code="base"),
    "pricing_feature": lambda: Feature(
        code=f"f{next(numbers)}", name="F", product=product(), value_type="flag"
    ),
    "pricing_entitlement": lambda: Entitlement(
        plan_version=version(), feature=feature(), quantity=5
    ),
    "pricing_bundleitem": lambda: BundleItem(plan_version=version(bundle), plan=plan()),
    "pricing_migrationpath": lambda: MigrationPath(
        from_plan=plan(), to_plan=plan(), kind="lateral"
    ),
    "pricing_creditunit": lambda: CreditUnit(
        code=f"u{next(numbers)}", name="U", portfolio=portfolio()
    ),
    "pricing_creditterms": terms,
    "pricing_burnrate": lambda: BurnRate(unit=unit(), feature=feature(), credits=1, starts_on=DAY),
    "pricing_ratetable": lambda: RateTable(code=f"r{next(numbers)}", name="R", currency="USD"),
    "pricing_exchangerate": rate,
    "pricing_pricebook": lambda: PriceBook(code=f"b{next(numbers)}", name="B", segment=segment()),
    "pricing_pricerelease": lambda: PriceRelease(
        book=book(), title="R", effective_on=DAY, author=user()
    ),
    "pricing_price": price,
    "pricing_pricetier": tier,
    "pricing_grandfatheringpolicy": policy,
    "pricing_grandfatheringpolicy_plans": scope("plan", plan),
    "pricing_grandfatheringpolicy_books": scope("book", book),
    "pricing_grandfatheringpolicy_segments": scope("segment", segment),
    "pricing_grandfatheringpolicy_regions": scope("region", region),
    "accounts_pricelock": lambda: lock(
        PriceLock, price=lambda: stored(price()), quantity=lambda: 1, amount=lambda: 1
    ),
    "accounts_entitlementlock": lambda: lock(
        EntitlementLock, plan_version=version, mode=lambda: "pin"
    ),
    "accounts_grandfatheringexception": lambda: GrandfatheringException(
        policy=stored(policy()),
        account=account(),
        kind="exclude",
        reason="R",
        expires_on=LATER,
        author=user(),
    ),
    "accounts_account": lambda: Account(code=f"a{next(numbers)}", name="Acme", created_on=DAY),
    "accounts_accountprofile": lambda: AccountProfile(account=account(), starts_on=DAY),
    "accounts_contact": lambda: Contact(account=account(), name="Ann", role="user"),
    "accounts_signalrule": lambda: SignalRule(
        code=f"r{next(numbers)}",
        name="R",
        source="renewal",
        motion="tier_upsell",
        rank=next(numbers),
    ),
    "accounts_segmentrule": lambda: SegmentRule(rank=next(numbers), segment=segment()),
    "accounts_entitlementoverride": lambda: EntitlementOverride(
        account=account(), feature=feature(), quantity=5, reason="x", starts_on=DAY, ends_on=LATER
    ),
    "accounts_trial": lambda: Trial(
        account=account(), feature=feature(), starts_on=DAY, ends_on=LATER
    ),
    "accounts_downgradereminder": lambda: DowngradeReminder(subscription=agreement(), shown_on=DAY),
    "accounts_subscriptionfeedback": feedback,
    "accounts_subscriptionfeedback_missing": lambda: link(
        "accounts_subscriptionfeedback_missing",
        subscriptionfeedback=said_feedback,
        feature=feature,
    ),
    "accounts_subscription": lambda: Subscription(
        code=f"s{next(numbers)}", account=account(), currency="USD", starts_on=DAY
    ),
    "accounts_subscriptionline": line,
    "accounts_team": lambda: Team(code=f"team{next(numbers)}", name="Home"),
    "accounts_member": lambda: Member(user=user(), team=team(), role="csm", starts_on=DAY),
    "accounts_assignment": lambda: Assignment(
        account=account(), member=member(), role="csm", starts_on=DAY
    ),
    "pricing_incentive": incentive,
    "pricing_incentive_plans": lambda: link(
        "pricing_incentive_plans", incentive=saved_incentive, plan=plan
    ),
    "pricing_incentive_required_products": lambda: link(
        "pricing_incentive_required_products", incentive=saved_incentive, product=product
    ),
    "pricing_incentive_excluded_products": lambda: link(
        "pricing_incentive_excluded_products", incentive=saved_incentive, product=product
    ),
    "accounts_incentiveredemption": redemption,
    "accounts_creditgrant": lambda: CreditGrant(
        account=account(), unit=unit(), credits=1, starts_on=DAY, reason="R"
    ),
    "accounts_creditdraw": lambda: CreditDraw(
        account=account(),
        unit=unit(),
        kind="withdrawal",
        credits=1,
        at=NOON,
        drawn_on=DAY,
        reason="R",
    ),
    "accounts_pool": lambda: Pool(code=f"pool{next(numbers)}", name="P"),
    "accounts_poolmember": lambda: PoolMember(pool=pool(), member=member(), position=1),
    "accounts_absence": lambda: Absence(member=member(), starts_on=DAY),
    "accounts_namedaccount": lambda: NamedAccount(
        account=account(), member=member(), role="csm", starts_on=DAY, reason="R"
    ),
    "accounts_routingruleset": lambda: RoutingRuleSet(
        number=next(numbers), title="R", author=user()
    ),
    "accounts_routingrule": lambda: RoutingRule(
        rule_set=rule_set(), rank=1, member=member(), strategy="fixed"
    ),
    "accounts_rebalancingproposal": lambda: RebalancingProposal(
        pool=pool(), starts_on=DAY, figures={}, author=user()
    ),
    "accounts_opportunity": new_opportunity,
    "accounts_stakeholder": stakeholder,
    "accounts_objectionraised": lambda: ObjectionRaised(
        opportunity=opportunity(), kind="price", response="roi", raised_on=DAY
    ),
    "accounts_feedback": lambda: Feedback(
        opportunity=opportunity(), outcome="upgraded", reason="value", given_on=DAY
    ),
    "accounts_exposure": lambda: Exposure(
        account=account(), product=product(), kind="webinar", shown_on=DAY
    ),
    "accounts_valueoutcome": lambda: ValueOutcome(
        account=account(), product=product(), achieved_on=DAY, description="Half the time"
    ),
    "accounts_playbook": lambda: Playbook(
        motion="tier_upsell", number=next(numbers), name="P", message="M", success="S"
    ),
    "accounts_playbookstep": lambda: PlaybookStep(
        playbook=playbook(), stage="engaged", rank=1, title="T"
    ),
    "accounts_objection": lambda: Objection(
        playbook=playbook(), kind="price", response="roi", says="S", reply="R"
    ),
    "accounts_experiment": lambda: Experiment(
        code=f"e{next(numbers)}",
        name="E",
        motion="tier_upsell",
        salt="s",
        is_imported=True,
        starts_on=DAY,
    ),
    "accounts_variant": lambda: Variant(
        experiment=experiment(), code="a", name="A", weight=50, rank=1
    ),
    "accounts_rebalancingmove": lambda: RebalancingMove(
        proposal=proposal(),
        account=account(),
        assignment=assignment(),
        giver=member(),
        taker=member(),
        load=1,
    ),
}
# A column of each table and what it can become.
CHANGES: dict[str, tuple[str, Callable[[], object]]] = {
    "access_user": ("is_staff", lambda: True),
    "access_apikey": ("name", lambda: "till"),
    "access_user_groups": ("group_id", lambda: group().pk),
    "access_user_user_permissions": ("user_id", lambda: user().pk),
    "mfa_authenticator": ("type", lambda: "recovery_codes"),
    "outbox_webhookendpoint": ("description", lambda: "Other"),
    "auth_group": ("name", lambda: f"g{next(numbers)}"),
    "auth_group_permissions": ("group_id", lambda: group().pk),
    "portfolio_threshold": ("source", lambda: "Them"),
    "portfolio_product_personas": ("persona_id", lambda: persona().pk),
    "portfolio_product_needs": ("customerneed_id", lambda: need().pk),
    "portfolio_integration": ("better_together", lambda: "One record."),
    "portfolio_workflowedge": ("description", lambda: "Leads"),
    "portfolio_sequence": ("kind", lambda: "recommended"),
    "portfolio_coherenceoverride": ("note", lambda: "Heard."),
    "portfolio_regioncountry": ("country", lambda: letters(next(numbers))),
    "portfolio_targeting": ("posture", lambda: "exclude"),
    "portfolio_channel": ("owner_model", lambda: "sales_led"),
    "portfolio_sunsetplan": ("notice_days", lambda: 30),
    "portfolio_segmentenablement": ("note", lambda: "Other"),
    "pricing_planenablement": ("note", lambda: "Other"),
    "pricing_planversion": ("number", lambda: 2),
    "pricing_charge": ("code", lambda: "seats"),
    "pricing_entitlement": ("quantity", lambda: 6),
    "pricing_bundleitem": ("quantity", lambda: 2),
    "pricing_migrationpath": ("note", lambda: "Other"),
    "pricing_creditterms": ("priority", lambda: 7),
    "pricing_burnrate": ("ends_on", lambda: "2030-01-01"),
    "pricing_exchangerate": ("source", lambda: "Them"),
    "pricing_pricerelease": ("title", lambda: "Other"),
    "pricing_price": ("flat_amount", lambda: 2),
    "pricing_pricetier": ("unit_amount", lambda: 2),
    "pricing_grandfatheringpolicy": ("title", lambda: "Other"),
    "pricing_grandfatheringpolicy_plans": ("plan_id", lambda: plan().pk),
    "pricing_grandfatheringpolicy_books": ("pricebook_id", lambda: book().pk),
    "pricing_grandfatheringpolicy_segments": ("segment_id", lambda: segment().pk),
    "pricing_grandfatheringpolicy_regions": ("region_id", lambda: region().pk),
    "accounts_pricelock": ("end_reason", lambda: "by_hand"),
    "accounts_entitlementlock": ("end_reason", lambda: "by_hand"),
    "accounts_grandfatheringexception": ("reason", lambda: "Other"),
    "accounts_accountprofile": ("source", lambda: "rule"),
    "accounts_contact": ("role", lambda: "champion"),
    "accounts_signalrule": ("days", lambda: 60),
    "accounts_segmentrule": ("country", lambda: "DE"),
    "accounts_entitlementoverride": ("quantity", lambda: 6),
    "accounts_trial": ("is_guided", lambda: True),
    "accounts_downgradereminder": ("features_lost", lambda: ["reports"]),
    "accounts_subscriptionfeedback": ("reason", lambda: "value"),
    "accounts_subscriptionfeedback_missing": ("feature_id", lambda: feature().pk),
    "accounts_subscription": ("term_months", lambda: 12),
    "accounts_subscriptionline": ("mrr", lambda: 200),
    "accounts_member": ("role", lambda: "ae"),
    "accounts_assignment": ("role", lambda: "ae"),
    "pricing_incentive_plans": ("plan_id", lambda: plan().pk),
    "pricing_incentive_required_products": ("product_id", lambda: product().pk),
    "pricing_incentive_excluded_products": ("product_id", lambda: product().pk),
    "accounts_incentiveredemption": ("discount", lambda: 7),
    "accounts_creditgrant": ("reason", lambda: "Other"),
    "accounts_creditdraw": ("reason", lambda: "Other"),
    "accounts_poolmember": ("weight", lambda: 7),
    "accounts_absence": ("member_id", lambda: member().pk),
    "accounts_namedaccount": ("reason", lambda: "Other"),
    "accounts_routingruleset": ("title", lambda: "Other"),
    "accounts_rebalancingproposal": ("tolerance", lambda: 7),
    "accounts_rebalancingmove": ("load", lambda: 7),
    "accounts_opportunity": ("note", lambda: "Other"),
    "accounts_stakeholder": ("note", lambda: "Other"),
    "accounts_objectionraised": ("note", lambda: "Other"),
    "accounts_feedback": ("text", lambda: "Other"),
    "accounts_exposure": ("note", lambda: "Other"),
    "accounts_valueoutcome": ("description", lambda: "Other"),
    "accounts_playbookstep": ("title", lambda: "Other"),
    "accounts_objection": ("says", lambda: "Other"),
}
# Never changed, never deleted.
APPENDED = {"accounts_creditgrant", "accounts_creditdraw", "accounts_incentiveredemption"}
OTHERWISE = ("name", lambda: "Other")


def change_of(table: str) -> tuple[str, object]:
    column, value = CHANGES.get(table, OTHERWISE)
    return column, value()


def mark() -> int:
    """Where the trail ends now."""
    return Event.objects.aggregate(last=Max("id"))["last"] or 0


def since(mark: int, table: str | None = None) -> list[Event]:
    found = Event.objects.filter(pk__gt=mark).order_by("id")
    return list(found.filter(table_name=table) if table else found)


def ask(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
