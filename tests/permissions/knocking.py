"""Tries doors as everybody, and says where one opened or stayed shut against the table."""

import re
from collections.abc import Iterator

from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse

from tests.factories.answers import text_of
from tests.permissions.actors import Actor, tries
from tests.permissions.doors import Door, patterns
from tests.permissions.rows import NAMES, OWN_MAKERS
from tests.permissions.table import Opening

ABSENT = "999999999"
VARIABLE = re.compile(r"\{(\w+)\}")
ANOTHER = {"other": "code"}  # compared with itself, where an address names two rows
LOGIN, INDEX = ("/admin/login/", "/signin/?next="), "/admin/"
OPEN, SHUT, NOTHING = "open", "shut", "nothing there"


class Matrix:
    """Every cell that was tried, and what was wrong with it."""

    def __init__(self, actors: list[Actor], rows: dict[str, Model]) -> None:
        self.actors, self.rows = actors, rows
        self.cells, self.wrong = 0, []

    def knock(self, door: Door, opening: Opening) -> None:
        for actor in self.actors:
            if tries(actor, door, opening):
                for kind, expected, answer in self._tried(door, opening, actor):
                    self.cells += 1
                    found = verdict(answer)
                    if not agrees(expected, found, bare=not names_something(door)):
                        self.wrong.append(
                            f"{door.name}, {kind} row, as {actor.name}: the table says {expected},"
                            f" the door was {found} ({answer.status_code})"
                        )

    def _tried(self, door: Door, opening: Opening, actor: Actor) -> Iterator[tuple]:
        may = actor.may(door, opening)
        present = ask(actor, door, self._address(door))
        if may == "own" and not door.model:
            may = "all"  # a list opens, with their rows in it
        yield "a", {"all": OPEN, "own": NOTHING, "none": SHUT}[may], present
        if may == "own":
            yield "an own", OPEN, self._own(door, actor)
        if not names_something(door):
            return
        absent = ask(actor, door, nowhere(door))
        same = told(absent, nowhere(door)) == told(present, self._address(door))
        if may != "all":
            yield "an absent", NOTHING if may == "own" else SHUT, absent
            if not same:
                self.wrong.append(f"{door.name} tells {actor.name} which rows exist")
        else:
            # Wrong input may be found first, for both alike.
            yield "an absent", OPEN if same else NOTHING, absent

    def _own(self, door: Door, actor: Actor) -> HttpResponse:
        """The answer for a row of the actor's own, which is gone afterwards.

        Kept, each list would be of all own rows so far, joined without statistics of them.
        """
        with transaction.atomic():
            own = OWN_MAKERS[door.model](actor.user)
            answer = ask(actor, door, fill(door.path, own))
            transaction.set_rollback(True)
        return answer

    def _address(self, door: Door) -> str:
        row = self.rows.get(door.model)
        return (
            VARIABLE.sub(NAMES.get(door.path, "nothing"), door.path)
            if row is None
            else fill(door.path, row)
        )


def names_something(door: Door) -> bool:
    return bool(door.model) or door.path in NAMES


def fill(path: str, row: Model) -> str:
    """The address of a row: by its code, else by its id."""
    return VARIABLE.sub(
        lambda match: str(getattr(row, ANOTHER.get(match[1], match[1]), row.pk)), path
    )


def ask(actor: Actor, door: Door, address: str) -> HttpResponse:
    """What the actor is told; whatever it did is undone."""
    body = {"content_type": "application/json"} if door.of_api else {}
    if door.method == "GET":
        return actor.client.get(address)
    with transaction.atomic():
        answer = getattr(actor.client, door.method.lower())(address, **body)
        transaction.set_rollback(True)
    return answer


def verdict(answer: HttpResponse) -> str:
    place = answer.get("Location", "")
    if answer.status_code >= 500:
        return "broken"
    if answer.status_code in (401, 403) or place.startswith(LOGIN):
        return SHUT
    return NOTHING if answer.status_code == 404 or place == INDEX else OPEN


def agrees(expected: str, found: str, *, bare: bool) -> bool:
    """A shut door may as well be absent; an address of no row may lead nowhere, and be open."""
    if found == NOTHING and (expected == SHUT or (bare and expected == OPEN)):
        return True
    return found == expected


def told(answer: HttpResponse, address: str) -> tuple:
    """All that an answer tells, but for the address that was asked."""
    place, said = answer.get("Location", ""), text_of(answer)
    return answer.status_code, place.replace(address, "*"), said.replace(address, "*")


def nowhere(door: Door) -> str:
    """The address of a row that does not exist."""
    return VARIABLE.sub(lambda match: "no-such-row" if match[1] == "code" else ABSENT, door.path)


def lists() -> Iterator[tuple]:
    """The lists of the API, each with its pattern."""
    for path, pattern in patterns():
        if getattr(pattern.callback, "actions", {}).get("get") == "list":
            yield path, pattern


def question(view: type, rows: dict[str, Model]) -> dict[str, str]:
    """What a list must be asked for it to answer at all: rows, by their codes."""
    kind = view.query_serializer_class
    needed = [(n, f) for n, f in kind().fields.items() if f.required] if kind else []
    return {name: rows[field.queryset.model._meta.label_lower].code for name, field in needed}


def offers(model: type[Model]) -> Iterator[dict[str, str]]:
    """The questions by which a field anywhere may ask for rows of the model."""
    for source in apps.get_models():
        for field in source._meta.get_fields():
            if field.concrete and field.related_model is model:
                meta = source._meta
                yield {
                    "app_label": meta.app_label,
                    "model_name": meta.model_name,
                    "field_name": field.name,
                }


def inline_rights(answer: HttpResponse) -> set[str]:
    """The doors of inlines that the page of a row opens."""
    return {
        f"INLINE {formset.model_admin.model._meta.label_lower}.{type(formset.opts).__name__} {verb}"
        for formset in answer.context_data["inline_admin_formsets"]
        for verb, may in (
            ("look", formset.has_view_permission),
            ("add", formset.has_add_permission),
            ("change", formset.has_change_permission),
            ("delete", formset.has_delete_permission),
        )
        if may
    }


def registered(label: str) -> admin.ModelAdmin:
    return admin.site._registry[apps.get_model(label)]
