"""The OpenAPI document keeps its word, whatever is sent and whoever sends it.

PORTICO_FUZZ_CASES sets the cases per operation (30; 1000 makes a soak of some 50,000 requests).
PORTICO_FUZZ_SEED replays a run: every failure names its seed.
"""

import os
from itertools import cycle
from random import Random

import pytest
import schemathesis
from django.contrib.auth.models import Group
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from config.access.keys import issue
from config.access.roles import ROLES, write_groups
from config.access.scopes import Scope
from config.api.document import document
from tests.factories import UserFactory
from tests.permissions.rows import make_rows

pytestmark = pytest.mark.django_db
CASES = int(os.environ.get("PORTICO_FUZZ_CASES", "30"))
SEED = int(os.environ.get("PORTICO_FUZZ_SEED") or Random().randrange(2**32))  # noqa: S311
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
NOBODY = "nobody"


def load(urls: str = "config.urls"):
    schema = schemathesis.openapi.from_dict(document(urls))
    schema.app = get_wsgi_application()  # config.wsgi would limit the statements of all tests
    return schema


SCHEMA = load()
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}
RESOURCES = sorted({operation.path.split("/")[3] for operation in OPERATIONS.values()})


def callers() -> list[tuple[str, dict]]:
    """What each role sends to be known; nobody sends nothing."""
    write_groups()
    known = []
    for role in ["superuser", *ROLES]:
        owner = UserFactory(is_superuser=role == "superuser")
        owner.groups.add(*Group.objects.filter(name=role))
        _, text = issue(name=role, owner=owner, scopes=Scope.values)
        # The superuser comes often: a refusal for want of permission tries little else.
        known += [(role, {"Authorization": f"Bearer {text}"})] * (5 if role == "superuser" else 1)
    return [*known, (NOBODY, {})]


@pytest.fixture(autouse=True)
def one_connection():
    """The application, asked as WSGI, would close the test's connection after each answer."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def try_out(operation, number: int, names: dict[str, list[str]], asking: list) -> None:
    """Sends generated input, right and wrong, as one caller after the other."""
    chance = Random(number)  # noqa: S311
    chance.shuffle(asking)
    turns, busy = cycle(asking), []
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]

    @seed(number)
    @settings(
        max_examples=CASES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes]))
    def run(case) -> None:
        who, headers = next(turns)
        for name in case.path_parameters if chance.random() < 0.7 else ():
            case.path_parameters[name] = chance.choice(names.get(name, names["code"]))
        if "If-Match" in (case.headers or {}) and chance.random() < 0.7:
            case.headers["If-Match"] = "*"  # else nearly everything would be stale
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        busy.extend([answer] * (answer.status_code == 503))
        judge(case, answer, who)

    run()
    assert len(busy) <= CASES / 10  # nobody else is asking


def judge(case, answer, who: str) -> None:
    """Raises for a fault of the server, a broken promise or an open door."""
    told = f"{case.operation.label} as {who}, PORTICO_FUZZ_SEED={SEED}"
    assert answer.status_code < 500 or answer.status_code == 503, told
    assert answer.status_code != 503 or "retry-after" in answer.headers, told
    assert who != NOBODY or answer.status_code in (401, 404, 405, 503), told
    try:
        case.validate_response(answer, checks=CHECKS)
    except BaseExceptionGroup as failures:
        failures.add_note(told)
        raise


@pytest.fixture
def names():
    """What addresses may name: a row of each kind, metrics among them."""
    rows = make_rows().values()
    codes = [row.code for row in rows if hasattr(row, "code")]
    return {"code": [*codes, "attach-rate", "arpa"], "id": [str(row.pk) for row in rows]}


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_document_keeps_its_word(resource, names):
    asking = callers()
    for label, operation in OPERATIONS.items():
        if operation.path.split("/")[3] == resource:
            print(f"{label}: {CASES} cases, PORTICO_FUZZ_SEED={SEED}")  # noqa: T201
            try_out(operation, SEED, names, list(asking))
