"""What versions grant and contain, and ways between plans: what the database refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from pricing.models import BundleItem, Entitlement, Feature, MigrationPath, Plan
from tests.factories import (
    BundleFactory,
    BundleItemFactory,
    EntitlementFactory,
    FeatureFactory,
    MigrationPathFactory,
    PlanFactory,
    PlanVersionFactory,
    ProductFactory,
    published,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"
NOTHING = {"flag": None, "quantity": None, "unlimited": False, "level": None}
KEPT = "A published plan version is never edited; end it and publish the next."


def refused(match: str):
    return pytest.raises(IntegrityError, match=match)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def features():
    product = ProductFactory(code="crm")
    return {
        "flag": FeatureFactory(code="api", product=product, value_type="flag"),
        "quantity": FeatureFactory(code="users", product=product),
        "level": FeatureFactory(
            code="reports", product=product, value_type="level", levels=["basic", "advanced"]
        ),
    }


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("flag", {}),
        ("flag", {"flag": True, "quantity": 3}),
        ("quantity", {"quantity": 3, "unlimited": True}),
        ("quantity", {"quantity": 3, "level": "basic"}),
        ("level", {"level": "basic", "flag": False}),
        ("quantity", {"quantity": -1}),
        ("flag", {"quantity": 3}),
        ("flag", {"level": "basic"}),
        ("flag", {"unlimited": True}),
        ("quantity", {"flag": True}),
        ("quantity", {"level": "basic"}),
        ("level", {"flag": True}),
        ("level", {"quantity": 1}),
        ("level", {"level": "customisable"}),
    ],
)
def test_a_version_says_one_thing_of_a_feature_and_one_that_fits_it(features, api, kind, given):
    version, wanted = PlanVersionFactory(), {**NOTHING, **given}

    with pytest.raises(ValidationError):
        Entitlement(plan_version=version, feature=features[kind], **wanted).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.create(plan_version=version, feature=features[kind], **wanted)
    body = {"plan_version": version.pk, "feature": features[kind].code, **wanted}
    for name in ("quantity",):
        body[name] = None if body[name] is None else str(body[name])
    assert api.post("/api/v1/entitlements/", body, content_type=JSON).status_code == 400


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("flag", {"flag": False}),
        ("quantity", {"quantity": "0"}),
        ("quantity", {"unlimited": True}),
        ("level", {"level": "advanced"}),
    ],
)
def test_an_entitlement_is_added_read_changed_and_deleted(api, features, kind, given):
    body = {"plan_version": PlanVersionFactory().pk, "feature": features[kind].code, **given}

    row = api.post("/api/v1/entitlements/", body, content_type=JSON).json()
    place = f"/api/v1/entitlements/{row['id']}/"

    assert row == {"id": row["id"], **NOTHING, **body}
    assert api.get(place).json() == row
    assert api.delete(place).status_code == 204


def test_unlimited_is_no_number(features):
    row = EntitlementFactory(feature=features["quantity"], quantity=None, unlimited=True)

    row.refresh_from_db()
    assert (row.quantity, row.unlimited) == (None, True)


def test_two_entitlements_of_one_feature_are_a_conflict(api, features):
    row = EntitlementFactory(feature=features["quantity"])
    body = {"plan_version": row.plan_version_id, "feature": "users", "quantity": "4"}

    answer = api.post("/api/v1/entitlements/", body, content_type=JSON)

    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "The version says already what it grants of this feature.",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pricing_entitlement SET quantity = 9",
        "DELETE FROM pricing_entitlement",
        (
            "INSERT INTO pricing_entitlement (plan_version_id, feature_id, flag, unlimited) "
            "SELECT plan_version_id, feature.id, true, false FROM pricing_entitlement "
            "JOIN pricing_feature feature ON feature.code = 'api'"
        ),
    ],
)
def test_what_a_published_version_grants_is_kept_in_sql(features, statement):
    published(PlanFactory(), users=5)

    with refused("never edited"):
        run(statement)


def test_what_a_published_version_grants_is_kept_over_rest(api, features):
    version = published(PlanFactory(), users=5)
    place = f"/api/v1/entitlements/{version.entitlements.get().pk}/"
    body = {"plan_version": version.pk, "feature": "api", "flag": True}

    answers = [
        api.patch(place, {"quantity": "6"}, content_type=JSON),
        api.delete(place),
        api.post("/api/v1/entitlements/", body, content_type=JSON),
    ]

    assert [(answer.status_code, answer.json()["detail"]) for answer in answers] == [
        (409, KEPT)
    ] * 3


def test_a_draft_is_deleted_with_what_it_grants(api, features):
    version = EntitlementFactory(feature=features["quantity"]).plan_version

    assert api.delete(f"/api/v1/plan-versions/{version.pk}/").status_code == 204
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"value_type": "level"}, "names at least two"),
        ({"value_type": "level", "levels": ["one"]}, "names at least two"),
        ({"levels": ["one", "two"]}, "any other names none"),
        ({"value_type": "level", "levels": ["one", "one"]}, "named once"),
        ({"value_type": "flag", "unit": "GB"}, "has a unit"),
        ({"value_rating": 6}, "less than or equal to 5"),
        ({"value_rating": 0}, "greater than or equal to 1"),
        ({"on_exceed": "grace"}, "Grace needs its days"),
        ({"on_exceed": "grace", "grace_days": 0}, "Grace needs its days"),
        ({"grace_days": 9}, "Grace needs its days"),
    ],
)
def test_a_feature_that_contradicts_itself_is_wrong_input(api, facts, sentence):
    ProductFactory(code="crm")
    body = {"code": "f", "name": "F", "product": "crm", "value_type": "quantity", **facts}

    answer = api.post("/api/v1/features/", body, content_type=JSON)

    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize("rating", [0, 6])
def test_a_rating_is_from_1_to_5_in_sql(features, rating):
    with refused("feature_value_rating_from_1_to_5"):
        run(f"UPDATE pricing_feature SET value_rating = {rating}")


def test_what_a_feature_is_measured_in_never_changes(api, features):
    answer = api.patch("/api/v1/features/users/", {"value_type": "flag"}, content_type=JSON)

    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "What a feature is measured in never changes: add another feature.",
    )


def test_a_granted_level_stays_and_others_may_go(features):
    published(PlanFactory(), reports="basic")
    reports = Feature.objects.filter(code="reports")

    with refused("grants a level that would be gone"), transaction.atomic():
        reports.update(levels=["advanced", "customisable"])
    reports.update(levels=["basic", "customisable"])


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("bundle", "Bundles and platforms do not nest: name their parts."),
        ("platform", "Bundles and platforms do not nest: name their parts."),
    ],
)
def test_bundles_do_not_nest(api, kind, sentence):
    version, other = PlanVersionFactory(plan=BundleFactory()), BundleFactory(kind=kind)

    answer = add_item(api, version, other)

    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    with refused("do not nest"):
        BundleItem.objects.create(plan_version=version, plan=other)


def test_a_bundle_does_not_contain_itself(api):
    version = PlanVersionFactory(plan=BundleFactory())

    assert "cannot contain itself" in add_item(api, version, version.plan).json()["detail"]
    with refused("cannot contain itself"):
        BundleItem.objects.create(plan_version=version, plan=version.plan)


@pytest.mark.parametrize("kind", ["tier", "add_on", "capacity"])
def test_only_bundles_and_platforms_have_components(api, kind):
    version = PlanVersionFactory(plan=PlanFactory(kind=kind))

    assert add_item(api, version, PlanFactory()).status_code == 400
    with refused("Only bundles and platforms"):
        BundleItem.objects.create(plan_version=version, plan=PlanFactory())


@pytest.mark.parametrize("state", ["pending", "rejected"])
def test_s26_only_approved_third_party_products_go_into_bundles(api, state):
    product = ProductFactory(origin="third_party", vendor="Quill", review_state=state)
    version, plan = PlanVersionFactory(plan=BundleFactory()), PlanFactory(product=product)

    answer = add_item(api, version, plan)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "plan")
    assert "not approved: only approved products go into bundles" in answer.json()["detail"]
    with refused("only approved third-party products"), transaction.atomic():
        BundleItem.objects.create(plan_version=version, plan=plan)
    type(product).objects.update(review_state="approved")
    assert add_item(api, version, plan).status_code == 201


def add_item(api, version, plan):
    body = {"plan_version": version.pk, "plan": plan.code}
    return api.post("/api/v1/bundle-items/", body, content_type=JSON)


@pytest.mark.parametrize("statement", ["UPDATE {} SET quantity = 9", "DELETE FROM {}"])
def test_components_of_a_published_version_are_kept(statement):
    version = BundleItemFactory().plan_version
    type(version).objects.update(state="published", existing_treatment="keep")

    with refused("never edited"):
        run(statement.format("pricing_bundleitem"))
    with refused("never edited"):
        BundleItem.objects.create(plan_version=version, plan=PlanFactory())


@pytest.fixture
def tiers():
    product = ProductFactory(code="crm")
    return [PlanFactory(code=code, product=product, rank=n) for n, code in enumerate("ab", 1)]


@pytest.mark.parametrize(
    ("ends", "kind", "allowed"),
    [
        ("ab", "upgrade", True),
        ("ba", "downgrade", True),
        ("ab", "sunset", True),
        ("ba", "sunset", True),
        ("ab", "downgrade", False),
        ("ba", "upgrade", False),
        ("ab", "lateral", False),
    ],
)
def test_a_path_goes_with_the_ranks(api, tiers, ends, kind, allowed):
    body = {"from_plan": ends[0], "to_plan": ends[1], "kind": kind}

    answer = api.post("/api/v1/migration-paths/", body, content_type=JSON)

    assert answer.status_code == (201 if allowed else 400)
    if not allowed:
        assert answer.json()["errors"][0]["path"] == "kind"
        by_code = {plan.code: plan for plan in tiers}
        with refused("of one product is no"):
            MigrationPathFactory(from_plan=by_code[ends[0]], to_plan=by_code[ends[1]], kind=kind)


@pytest.mark.parametrize("kind", ["upgrade", "downgrade", "lateral", "sunset"])
def test_between_products_ranks_say_nothing(kind):
    assert MigrationPathFactory(kind=kind).kind == kind


def test_a_path_leads_elsewhere_once_and_self_service_is_allowed(api, tiers):
    MigrationPathFactory(from_plan=tiers[0], to_plan=tiers[1])
    bodies = [
        {"from_plan": "a", "to_plan": "a", "kind": "lateral"},
        {"from_plan": "a", "to_plan": "b", "kind": "upgrade"},
        {
            "from_plan": "b",
            "to_plan": "a",
            "kind": "downgrade",
            "allowed": False,
            "self_serve": True,
        },
    ]

    answers = [api.post("/api/v1/migration-paths/", b, content_type=JSON) for b in bodies]

    assert [(answer.status_code, answer.json()["detail"]) for answer in answers] == [
        (400, "A path leads from one plan to another."),
        (409, "There is a path between these plans already."),
        (400, "What is not allowed is no self-service either."),
    ]


def test_a_rank_that_a_path_goes_against_is_refused(api, tiers):
    MigrationPathFactory(from_plan=tiers[0], to_plan=tiers[1])

    answer = api.patch("/api/v1/plans/a/", {"rank": 7}, content_type=JSON)

    assert answer.status_code == 409
    assert "Paths between this tier and b go against such a rank" in answer.json()["detail"]
    assert api.patch("/api/v1/plans/b/", {"rank": 7}, content_type=JSON).status_code == 200


def test_the_kind_of_a_plan_never_changes(api, tiers):
    answer = api.patch("/api/v1/plans/a/", {"kind": "add_on"}, content_type=JSON)

    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "The kind of a plan never changes: add another plan.",
    )


def test_ranks_are_counted_among_tiers_alone(tiers):
    assert PlanFactory(kind="add_on", product=tiers[0].product, rank=1).rank == 1
    with refused("plan_one_tier_per_rank"):
        PlanFactory(product=tiers[0].product, rank=1)


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("tier", "product_id = NULL"),
        ("add_on", "product_id = NULL"),
        ("capacity", "product_id = NULL"),
        ("tier", "rank = NULL"),
        ("bundle", "portfolio_id = NULL"),
        ("platform", "portfolio_id = NULL"),
        ("credit_pack", "portfolio_id = NULL"),
        ("bundle", "product_id = (SELECT min(id) FROM portfolio_product)"),
        ("tier", "portfolio_id = (SELECT min(id) FROM portfolio_portfolio)"),
    ],
)
def test_a_plan_belongs_where_its_kind_does(kind, columns):
    ProductFactory()
    if kind in ("tier", "add_on", "capacity"):
        PlanFactory(kind=kind)
    else:
        BundleFactory(kind=kind)

    with refused("plan_of_a|plan_tier"):
        run(f"UPDATE pricing_plan SET {columns}")


@pytest.mark.parametrize(
    ("path", "question", "found"),
    [
        ("features", "product=crm", 3),
        ("features", "value_type=level", 1),
        ("features", "portfolio=home", 3),
        ("entitlements", "plan=a", 1),
        ("entitlements", "feature=users", 1),
        ("bundle-items", "bundle=suite", 1),
        ("bundle-items", "optional=true", 0),
        ("migration-paths", "from_plan=a", 1),
        ("migration-paths", "kind=downgrade", 0),
        ("plans", "portfolio=home", 3),
        ("plans", "kind=bundle", 1),
    ],
)
def test_lists_are_asked_about(api, features, path, question, found):
    product = features["flag"].product
    a, b = (PlanFactory(code=code, product=product, rank=n) for n, code in enumerate("ab"))
    EntitlementFactory(plan_version__plan=a, feature=features["quantity"])
    BundleItemFactory(plan_version__plan=BundleFactory(code="suite"), plan=a)
    MigrationPath.objects.create(from_plan=a, to_plan=b, kind="upgrade")

    assert len(api.get(f"/api/v1/{path}/?{question}").json()["results"]) == found
    assert Plan.objects.count() == 3
