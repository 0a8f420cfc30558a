"""Somebody adds to a version while somebody else publishes it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from config.postgresql.owner import as_owner
from pricing.models import Entitlement, PlanVersion
from pricing.versioning import publish
from tests.config.racing import somebody_waits
from tests.factories import EntitlementFactory, FeatureFactory, PlanVersionFactory

pytestmark = pytest.mark.django_db(transaction=True)

SOURCE = "SELECT pg_get_functiondef('pricing_keep_published_parts'::regproc)"


@pytest.fixture
def without_the_lock():
    """The trigger looks at the version without holding it."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCE)
        source = cursor.fetchone()[0]
    assert "FOR SHARE" in source
    _define(source.replace("FOR SHARE", ""))
    yield
    _define(source)


def _define(source: str) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(source)


def _add(version: PlanVersion, feature) -> Exception | None:
    try:
        Entitlement.objects.create(plan_version=version, feature=feature, quantity=1)
    except IntegrityError as error:
        return error
    finally:
        connection.close()
    return None


def publish_while_somebody_adds() -> Exception | None:
    """What the one who adds is told; publication has begun before, and ends after that."""
    version = EntitlementFactory(plan_version=PlanVersionFactory()).plan_version
    feature = FeatureFactory()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            publish(version=version, existing_treatment="keep")
            adding = pool.submit(_add, version, feature)
            while not (adding.done() or somebody_waits()):
                pass
        return adding.result()


def test_who_adds_waits_and_is_refused():
    assert "never edited" in str(publish_while_somebody_adds())
    assert Entitlement.objects.count() == 1


def test_without_the_lock_a_published_version_changes(without_the_lock):
    assert publish_while_somebody_adds() is None
    assert Entitlement.objects.count() == 2
