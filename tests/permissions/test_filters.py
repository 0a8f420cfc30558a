"""Nobody learns by asking what a list does not offer to be asked."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.contrib import admin
from django.db.models import Field, ForeignKey, Manager, Model
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory
from django_filters import Filter

from config.access.models import User
from config.api import filters
from config.api.parameters import known_parameters
from config.outbox.models.event import EventQuerySet
from tests.permissions.actors import Actor, everybody
from tests.permissions.knocking import lists, question
from tests.permissions.rows import make_rows

LOOKUPS = ("", "__exact", "__startswith", "__gt", "__isnull", "__in", "__regex", "__icontains")
ASKING = ("auditor", "superuser", "key of superuser", "key of product_ops")
LISTS = {path: pattern.callback.cls for path, pattern in lists()}
CHANGELISTS = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
# What may be asked of a declared filter whose column says nothing in the row, by what it reads.
OF_KIND = {
    filters.BooleanFilter: "true",
    filters.IntegerFilter: "3",
    filters.DecimalFilter: "3",
    filters.DateFilter: "2026-01-01",
    filters.DateTimeFilter: "2026-01-01T00:00:00Z",
}


def paths(model: type[Model]) -> Iterator[str]:
    """Every column of the model, and of each model that it is joined to, either way."""
    for field in model._meta.get_fields(include_hidden=True):
        yield field.name
        joined = field.related_model._meta.concrete_fields if field.related_model else ()
        yield from (f"{field.name}__{other.name}" for other in joined)


def undeclared(model: type[Model], declared: set[str]) -> list[str]:
    names = {f"{path}{lookup}" for path in [*paths(model), "pk"] for lookup in LOOKUPS}
    return sorted(name for name in names - declared if "+" not in name)


@pytest.fixture
def rows(db, monkeypatch):
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    # The feed holds back what a test, whose transaction never ends, has just written.
    monkeypatch.setattr(EventQuerySet, "settled", lambda events: events)
    logging.disable(logging.ERROR)
    yield make_rows()
    logging.disable(logging.NOTSET)


@pytest.fixture
def asking(rows) -> dict[str, Actor]:
    return {actor.name: actor for actor in everybody() if actor.name in ASKING}


def declared(view: type) -> set[str]:
    return known_parameters(view(action="list", request=None, format_kwarg=None))


def test_a_list_refuses_every_question_it_does_not_name(asking, rows):
    for path, view in LISTS.items():
        names = undeclared(view.queryset.model, declared(view))
        must = question(view, rows)
        may_ask = [
            each for each in asking.values() if each.client.get(path, must).status_code == 200
        ]
        answers = {
            actor.client.get(path, must | dict.fromkeys(names[at : at + 400], value)).content
            for at in range(0, len(names), 400)
            for value in ("1", "shop", "true")
            for actor in may_ask
        }

        assert may_ask
        refused = {fault["path"] for answer in answers for fault in _faults(answer)}
        assert refused == {name[:100] for name in names}
        assert len(answers) == -(-len(names) // 400)  # whoever asks, and whatever there is


def _faults(answer: bytes) -> list[dict]:
    faults = json.loads(answer).get("errors", [])
    assert {fault["code"] for fault in faults} == {"unknown"}
    return faults


def test_a_list_refuses_every_order_it_does_not_name(asking):
    for path, view in LISTS.items():
        client = asking["key of superuser"].client
        for name in {*paths(view.queryset.model)} - {*view.ordering_fields}:
            for order in (name, f"-{name}"):
                assert client.get(path, {"ordering": order}).status_code == 400, order


def test_declared_filters_of_a_list_work(asking, rows):
    client = asking["key of superuser"].client
    for path, view in LISTS.items():
        row = rows[view.queryset.model._meta.label_lower]
        filters = view.filterset_class.base_filters if view.filterset_class else {}
        for name, each in filters.items():
            plain = each.method is None and name not in ("since", "until")
            value = plain and _value(row, each.field_name)
            if value in (None, False, ""):
                value = _something(each)
                assert client.get(path, {name: value}).status_code == 200, name
                continue
            found = client.get(path, {name: value}).json()["results"]
            assert any(_is(row, each) for each in found), name


def _something(asked: Filter) -> str:
    if choices := asked.extra.get("choices"):
        return next(value for value, _ in (choices() if callable(choices) else choices))
    return next((text for kind, text in OF_KIND.items() if isinstance(asked, kind)), "none-such")


def _value(row: Model, path: str) -> object:
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
        row = row.first() if isinstance(row, Manager) else row
    return str(row).lower() if isinstance(row, bool) else row


def _is(row: Model, result: dict) -> bool:
    return result["id"] == row.pk if "id" in result else result["code"] == row.code


def test_a_changelist_allows_no_question_it_does_not_declare(asking):
    for page in CHANGELISTS.values():
        names = undeclared(page.model, _asked_by(page))
        for actor in (asking["auditor"], asking["superuser"]):
            request = RequestFactory().get("/")
            request.user = actor.user
            assert [name for name in names if page.lookup_allowed(name, "1", request)] == []


def test_a_changelist_answers_every_other_question_alike(asking):
    for label, page in CHANGELISTS.items():
        address = f"/admin/{label.replace('.', '/')}/"
        names = undeclared(page.model, _asked_by(page))
        answers = {
            (answer.status_code, answer.content)
            for place, name in enumerate(names[::7])
            for answer in [asking["auditor"].client.get(address, {name: ("1", "shop")[place % 2]})]
        }

        assert len(answers) == 1
        assert answers.pop()[0] == 400


def _field(model: type[Model], path: str) -> Field:
    """The column that a path of references leads to."""
    *references, name = path.split("__")
    for each in references:
        model = model._meta.get_field(each).related_model
    return model._meta.get_field(name)


def _holder(row: Model, path: str) -> Model:
    """The row that has the column at the end of the path."""
    for each in path.split("__")[:-1]:
        row = getattr(row, each)
    return row


def _asked_by(page) -> set[str]:
    """What filters of the list are called in its address."""
    found = set()
    for item in page.list_filter:
        path = item.parameter_name if isinstance(item, type) else item
        path = path if isinstance(path, str) else path[0]
        found |= {path, *(f"{path}{lookup}" for lookup in ("__exact", "__isnull", "__in", "__gt"))}
        if not isinstance(item, type) and isinstance(_field(page.model, path), ForeignKey):
            found |= {f"{path}__id", f"{path}__id__exact", f"{path}__id__in", f"{path}__pk__exact"}
    return found


def test_declared_filters_of_a_changelist_work(asking, rows):
    for label, page in CHANGELISTS.items():
        address = f"/admin/{label.replace('.', '/')}/"
        row = rows[label]
        for item in page.list_filter:
            path = item if isinstance(item, str) else not isinstance(item, type) and item[0]
            if not path or not _field(page.model, path).concrete or path == "groups":
                continue
            field = _field(page.model, path)
            value = field.value_from_object(_holder(row, path))
            question = f"{path}__id__exact" if isinstance(field, ForeignKey) else f"{path}__exact"
            if value is None or isinstance(value, datetime):  # instants are asked as ranges
                continue
            value = int(value) if isinstance(value, bool) else value
            answer = asking["auditor"].client.get(address, {question: value})
            assert row in answer.context_data["cl"].result_list, question


def test_nobody_asks_for_a_column_by_the_way_of_a_popup(asking):
    for field in User._meta.concrete_fields:
        answer = asking["auditor"].client.get("/admin/access/user/", {"_to_field": field.name})
        assert (answer.status_code == 200) == field.primary_key, field.name
