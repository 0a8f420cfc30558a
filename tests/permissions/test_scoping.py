"""Whoever may see no row of a model finds none, at any door."""

import ast
import logging
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.template.response import SimpleTemplateResponse
from rest_framework import relations, serializers

from config.access.scoping import _providers
from config.api.related import Visible
from tests.permissions import knocking
from tests.permissions.actors import everybody
from tests.permissions.doors import doors
from tests.permissions.knocking import NOTHING, SHUT, fill, offers, verdict
from tests.permissions.rows import make_rows
from tests.test_architecture import APPS, ROOT, modules

ROW_DOORS = [door for door in doors().values() if door.model and door.method in ("GET", "POST")]
WRITES = [door for door in doors().values() if door.model and door.method in ("PATCH", "DELETE")]
LISTS = {path: pattern.callback.cls for path, pattern in knocking.lists()}
OURS = ("config.access.", "config.audit.", "config.outbox.")  # of the frame, with rows
# Querysets of a door that need no `visible`, each with its reason.
REASONS = {
    "config.access.admin: User.objects": "Scoped narrows what it is given",
    "config.access.admin: Authenticator.objects": "only whether a person on the list has one",
    "accounts.admin.assignment: Member.objects": "the form narrows what its fields offer",
    "accounts.admin.assignment: Product.objects": "the form narrows what its fields offer",
    "accounts.admin.owners: User.objects": "who owns accounts that one sees",
    "config.outbox.api.views: WebhookEndpoint.objects": "the row that get_object has found",
    "accounts.admin.credit: CreditUnit.objects": "the form narrows what its fields offer",
    "accounts.admin.credit: Product.objects": "the form narrows what its fields offer",
    "accounts.admin.lines: Incentive.objects": "the form narrows what its fields offer",
    "pricing.admin.credit: Feature.objects": "the form narrows what its fields offer",
    "accounts.admin.incentive: Threshold.objects": "one number, by which rows are chosen",
    "pricing.admin.credit: Threshold.objects": "one number, shown with a worth",
    "pricing.api.credit_views: Threshold.objects": "one number, answered with a worth",
    "pricing.admin.sheets: PriceSheet.objects": "what oneself has sent for a book that one sees",
    "accounts.admin.policy_outlook: PolicyPreview.objects": "sums, for whom sees all accounts",
    "accounts.api.protection_views: PolicyPreview.objects": "sums, for whom sees all accounts",
    "accounts.api.opportunity_filters: Account.objects": "narrows rows that are narrowed already",
    "accounts.admin.opportunity: Member.objects": "who helps with one that is seen",
    "accounts.api.opportunity_serializers: Member.objects": "the reference narrows it",
    "accounts.api.playbook_serializers: Playbook.objects": "writes a new row",
    "accounts.api.playbook_serializers: PlaybookStep.objects": "writes a new row",
    "accounts.api.playbook_serializers: Objection.objects": "writes a new row",
    "accounts.api.term_views: SubscriptionLine.objects": "the rows just written for a row found",
    "metrics.admin.people: Member.objects": "the names of those whom an answer counts",
    "metrics.admin.people: User.objects": "the names of those whom an answer counts",
    "accounts.api.usage_views: Account.objects": "resolve_codes narrows what it is given",
    "accounts.api.usage_views: Feature.objects": "resolve_codes narrows what it is given",
}


@pytest.fixture
def boss(db, monkeypatch):
    """A superuser on a day when every row of every model is somebody else's."""
    rows = make_rows()
    actors = {actor.name: actor for actor in everybody()}
    hidden = {model: lambda queryset, actor: queryset.none() for model in apps.get_models()}
    monkeypatch.setattr("config.access.scoping._providers", {**_providers, **hidden})
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    logging.disable(logging.ERROR)
    yield actors["superuser"], actors["key of superuser"], rows
    logging.disable(logging.NOTSET)


def test_lists_are_empty_for_whom_no_row_is_visible(boss):
    person, key, rows = boss
    for path, view in LISTS.items():
        asked = knocking.question(view, rows)
        answer = key.client.get(path, asked)
        if asked:  # for rows that are out of sight as well
            assert {fault["code"] for fault in answer.json()["errors"]} == {"does_not_exist"}, path
        else:
            assert answer.json()["results"] == [], path
    for model in admin.site._registry:
        page = f"/admin/{model._meta.label_lower.replace('.', '/')}/"
        assert not person.client.get(page).context_data["cl"].result_list, page
        for question in offers(model):
            answer = person.client.get("/admin/autocomplete/", question)
            assert answer.status_code == 404 or answer.json()["results"] == [], question


def test_rows_out_of_sight_are_absent_at_every_door(boss):
    person, key, rows = boss
    for door in [*ROW_DOORS, *WRITES]:
        if door.path.endswith("/{object_id}/"):
            continue  # the short address of every row and none leads to its page
        actor = key if door.of_api else person
        address = fill(door.path, rows[door.model])
        present = knocking.ask(actor, door, address)
        absent = knocking.ask(actor, door, knocking.nowhere(door))
        same = knocking.told(present, address) == knocking.told(absent, knocking.nowhere(door))
        assert verdict(present) == NOTHING or same, door.name


def test_an_address_that_names_no_id_is_absent_too(boss):
    person, _, _ = boss
    for door in (door for door in ROW_DOORS if not door.of_api):
        address = knocking.VARIABLE.sub("none", door.path)
        short = door.path.endswith("/{object_id}/")
        found = verdict(knocking.ask(person, door, address))
        assert short or found in (NOTHING, SHUT), door.name


def test_every_reference_of_an_input_is_narrowed():
    assert [
        f"{kind.__module__}.{kind.__name__}.{name}"
        for kind in inputs()
        for name, field in kind().fields.items()
        if isinstance(field, relations.RelatedField) and not isinstance(field, Visible)
    ] == []


def inputs(kind: type = serializers.Serializer) -> list[type]:
    """Every serializer of the house."""
    found = [
        other
        for below in kind.__subclasses__()
        for other in [below, *inputs(below)]
        if other.__module__.startswith((*(f"{app}." for app in APPS if app != "config"), *OURS))
    ]
    return list(dict.fromkeys(found))


def unscoped(name: str, path: Path) -> list[str]:
    """Querysets that a door makes without `visible`: not those that a frame narrows later."""
    tree = ast.parse(path.read_text())
    narrowed = {id(inner) for node in ast.walk(tree) if narrows(node) for inner in ast.walk(node)}
    return [
        f"{name}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("objects", "_default_manager", "_base_manager")
        and id(node) not in narrowed
    ]


def narrows(node: ast.AST) -> bool:
    """`visible(...)`, the `queryset` of a view, and the `queryset=` of a reference."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "visible"
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and each.id == "queryset" for each in node.targets)
    return isinstance(node, ast.keyword) and node.arg == "queryset"


def doorways(root: Path = ROOT) -> dict[str, Path]:
    """The modules of apps that answer about rows."""
    return {
        name: path
        for name, path in modules(root).items()
        if {"api", "admin"} & set(name.split(".")[1:])
        and (not name.startswith("config.") or name.startswith(OURS))
    }


def test_no_door_makes_a_queryset_past_the_scope():
    found = [text for name, path in doorways().items() for text in unscoped(name, path)]

    assert [text for text in found if text not in REASONS] == []


def blind(name: str, path: Path) -> list[str]:
    """Inputs read without the request: their references would not know who asks."""
    return [
        f"{name}:{node.lineno}: {ast.unparse(node.func)} reads input without context"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and {"data"} <= (given := {word.arg for word in node.keywords})
        and "context" not in given
        and refers(name, node.func)
    ]


def refers(name: str, function: ast.expr) -> bool:
    kind = getattr(import_module(name), getattr(function, "id", ""), None)
    known = isinstance(kind, type) and issubclass(kind, serializers.BaseSerializer)
    return known and any(isinstance(field, Visible) for field in kind().fields.values())


def test_no_input_is_read_without_who_asks():
    assert [text for name, path in doorways().items() for text in blind(name, path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "rows = Account.objects.all()",
        "def get_queryset(self):\n    return Account.objects.filter(pk=1)",
        "rows = Account._default_manager.all()",
    ],
)
def test_a_queryset_past_the_scope_is_found(line, tmp_path):
    path = tmp_path / "views.py"
    path.write_text(line)

    assert unscoped("accounts.api.views", path)


def test_an_input_read_without_who_asks_is_found(tmp_path):
    path = tmp_path / "views.py"
    path.write_text("StartInput(data={})")

    assert blind("accounts.api.views", path)


def test_a_view_past_the_scope_is_found(boss, monkeypatch):
    _, key, _ = boss
    monkeypatch.setattr("config.api.views.visible", lambda queryset, actor: queryset)

    assert any(key.client.get(path).json().get("results") for path in LISTS)
