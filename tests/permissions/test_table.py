"""Every door, tried as everybody, opens exactly as the table says."""

import logging
from functools import wraps

import pytest
from django.template.response import SimpleTemplateResponse

from config.access.scoping import _providers, scope_rows
from portfolio.models import Product
from tests.factories import ProductFactory
from tests.permissions import knocking
from tests.permissions.actors import KEY, everybody
from tests.permissions.doors import Door, doors
from tests.permissions.knocking import Matrix, inline_rights, offers, registered
from tests.permissions.rows import MAKERS, OWN_MAKERS, make_rows
from tests.permissions.table import TEXT, read

DOORS = doors()
TABLE = read()
ADDRESSES = [door for door in DOORS.values() if door.method not in ("OFFER", "INLINE", "ACTION")]
PARTS = {
    "reading the API": lambda door: door.of_api and door.method == "GET",
    "writing by the API": lambda door: door.of_api and door.method != "GET",
    "pages of the catalog": lambda door: door.path.startswith(("/admin/portfolio", "/admin/pric")),
    "pages of customers": lambda door: door.path.startswith("/admin/accounts"),
    "pages of events": lambda door: door.path.startswith(("/admin/outbox", "/admin/audit")),
    "signing in": lambda door: door.path.startswith("/signin/"),
    "the rest": lambda door: True,
}


@pytest.fixture
def matrix(db, monkeypatch):
    """A row of every model and everybody before it. Pages are decided on, but not drawn."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    logging.disable(logging.ERROR)  # thousands of refusals, each with its traceback
    yield Matrix(everybody(), make_rows())
    logging.disable(logging.NOTSET)


def without_line(found: dict[str, Door], table) -> list[str]:
    return [
        f"{name}: add a line with whom it opens to, to tests/permissions/table.txt"
        for name, door in found.items()
        if door.line not in table.openings
    ]


def without_door(found: dict[str, Door], table) -> list[str]:
    return [
        f"{name}: there is no such door; take its line out of tests/permissions/table.txt"
        for name in table.openings
        if name not in found
    ]


def without_row(found: dict[str, Door]) -> list[str]:
    missing = {door.model for door in found.values()} - MAKERS.keys() - {""}
    return [
        f"{label}: add how to make one to MAKERS in tests/permissions/rows.py" for label in missing
    ]


def part_of(door: Door) -> str:
    return next(name for name, holds in PARTS.items() if holds(door))


def test_every_door_has_a_line_and_every_line_a_door():
    assert without_line(DOORS, TABLE) + without_door(DOORS, TABLE) + without_row(DOORS) == []


@pytest.mark.parametrize("part", PARTS)
def test_s127_doors_open_as_the_table_says(part, matrix):
    for door in ADDRESSES:
        if part_of(door) == part:
            matrix.knock(door, TABLE.openings[door.line])

    assert not matrix.wrong, "\n".join(matrix.wrong)
    print(f"{part}: {matrix.cells} cells")  # noqa: T201  (seen with pytest -rP)


def test_fields_offer_rows_to_whom_their_list_opens(matrix):
    for door in (door for door in DOORS.values() if door.method == "OFFER"):
        model = next(m for m in knocking.admin.site._registry if _path(m) == door.path)
        questions = list(offers(model)) if registered(model._meta.label_lower).search_fields else []
        for actor in (actor for actor in matrix.actors if actor.kind != KEY):
            opens = actor.may(door, TABLE.openings[door.line]) != "none"
            for question in questions:
                answer = actor.client.get("/admin/autocomplete/", question)
                assert (answer.status_code == 200) == opens, (actor.name, question)


def _path(model) -> str:
    return f"/admin/{model._meta.label_lower.replace('.', '/')}/"


def test_inlines_let_do_what_the_table_says(matrix):
    inlines = [door for door in DOORS.values() if door.method == "INLINE"]
    for label in {door.model for door in inlines}:
        page = Door(f"GET {_page(label)}", label)
        for actor in (actor for actor in matrix.actors if actor.kind != KEY):
            row = matrix.rows[label]
            if actor.may(page, TABLE.openings[page.line]) == "own":
                row = OWN_MAKERS[label](actor.user)
            answer = knocking.ask(actor, page, knocking.fill(page.path, row))
            rights = inline_rights(answer) if answer.status_code == 200 else set()
            for door in (door for door in inlines if door.model == label):
                expected = actor.may(door, TABLE.openings[door.line]) != "none"
                assert (door.name in rights) == expected, (door.name, actor.name)


def _page(label: str) -> str:
    return f"/admin/{label.replace('.', '/')}/{{object_id}}/change/"


def test_actions_run_for_whom_the_table_says(matrix, monkeypatch):
    for door in (door for door in DOORS.values() if door.method == "ACTION"):
        label, _, name = door.path.rpartition(".")
        ran = _recorded(type(registered(label)), name, monkeypatch)
        chosen = {"action": name, "_selected_action": [matrix.rows[label].pk]}
        for actor in (actor for actor in matrix.actors if actor.kind != KEY):
            ran.clear()
            actor.client.post(f"/admin/{label.replace('.', '/')}/", chosen)
            expected = actor.may(door, TABLE.openings[door.line]) != "none"
            assert bool(ran) == expected, (door.name, actor.name)


def _recorded(owner: type, name: str, monkeypatch) -> list:
    ran, run = [], getattr(owner, name)

    @wraps(run)
    def record(*args, **kwargs):
        ran.append(name)
        return run(*args, **kwargs)

    monkeypatch.setattr(owner, name, record)
    return ran


def test_a_door_without_a_line_is_named():
    shorter = read(TEXT.replace("GET    /api/v1/products/  ", "# "))

    assert without_line(DOORS, shorter) == [
        "GET /api/v1/products/: add a line with whom it opens to, to tests/permissions/table.txt"
    ]


def test_a_line_without_a_door_is_named():
    longer = read(f"{TEXT}GET /api/v1/vaults/ staff")

    assert [text.split(":")[0] for text in without_door(DOORS, longer)] == ["GET /api/v1/vaults/"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("GET /vault everyone", "nobody is called everyone"),
        ("GET /healthz public", "two lines"),
        ("GET /a", "cannot have the line"),
    ],
)
def test_a_line_that_says_nothing_clear_is_refused(line, problem):
    with pytest.raises(ValueError, match=problem):
        read(f"{TEXT}{line}")


PRODUCT = Door("GET /api/v1/products/{code}/", "portfolio.product")


@pytest.mark.parametrize("whom", ["product_ops", "readers,user_admin"])
def test_a_door_that_opens_too_far_or_not_far_enough_is_found(whom, matrix):
    table = read(
        "\n".join(TEXT.split("[api]")[:1]) + f"\n[api]\n{PRODUCT.name} catalog:read {whom}"
    )

    matrix.knock(PRODUCT, table.openings[PRODUCT.name])

    assert matrix.wrong


def test_own_rows_are_told_from_those_of_others(matrix, monkeypatch):
    table = read(f"[api]\n{PRODUCT.name} catalog:read sales:own,csm:own")
    matrix.actors = [actor for actor in matrix.actors if actor.role in ("sales", "csm")]
    monkeypatch.setattr("config.access.scoping._providers", dict(_providers))
    monkeypatch.setitem(OWN_MAKERS, "portfolio.product", lambda user: ProductFactory(owner=user))

    matrix.knock(PRODUCT, table.openings[PRODUCT.name])
    assert matrix.wrong  # nothing keeps them apart yet

    matrix.wrong.clear()
    scope_rows(Product, lambda rows, actor: rows.filter(owner=actor))
    matrix.knock(PRODUCT, table.openings[PRODUCT.name])
    assert matrix.wrong == []
