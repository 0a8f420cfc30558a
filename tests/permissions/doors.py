"""Finds every door: addresses of the site, pages, inlines and actions of the admin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

from config.admin import standalone

VERBS = ("get", "post", "put", "patch", "delete")
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
PAGE = re.compile(r"/admin/(\w+)/(\w+)/")
BOTH = ("GET", "POST")
# What the admin has for every model; each address beyond these is an action of its own.
READ_ONLY = ("changelist", "history", "")
STANDARD = ("add", "change", "delete")
SUBJECT = "{anything}"


@dataclass(frozen=True)
class Door:
    """A way in; `model` is whose row the address names, "" where it names none."""

    name: str
    model: str = ""

    @property
    def line(self) -> str:
        """The name of its line in the table: choices are offered to whom the list opens."""
        return self.name.replace("OFFER", "GET")

    @property
    def method(self) -> str:
        return self.name.split()[0]

    @property
    def path(self) -> str:
        return self.name.split()[1]

    @property
    def of_api(self) -> bool:
        return self.path.startswith("/api/")


def doors() -> dict[str, Door]:
    """Every door there is, by the name that its line in the table begins with."""
    found = [*_addresses(), *_offers(), *_inlines(), *_actions()]
    return {door.name: door for door in found}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple]:
    """Every address of the URL conf, written as `/products/{code}/`, with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield VARIABLE.sub(r"{\1}", simplify_regex(route)), entry


def _addresses() -> Iterator[Door]:
    posted = {page.name for page in standalone.pages() if page.posted}
    for path, pattern in patterns():
        if path == "/api/":
            yield Door(f"GET /api/{SUBJECT}")
        elif path.startswith("/api/v1/"):
            queryset = getattr(pattern.callback.cls, "queryset", None)
            model = queryset.model._meta.label_lower if queryset is not None else ""
            for method in methods(pattern):
                yield Door(f"{method} {path}", model if "{" in path else "")
        elif (match := PAGE.match(path)) and path not in ("/admin/password_change/done/",):
            model = ".".join(match.groups()) if "{" in path else ""
            model = "" if path.startswith("/admin/r/") else model
            for method in _methods_of_page(pattern):
                yield Door(f"{method} {path}", model)
        else:
            yield Door(f"{'POST' if pattern.name in posted else 'GET'} {path}")


def methods(pattern: URLPattern) -> list[str]:
    """The methods that an address of the API answers."""
    offered = getattr(pattern.callback, "actions", None)
    verbs = offered or [verb for verb in VERBS if hasattr(pattern.callback.cls, verb)]
    return [verb.upper() for verb in verbs if verb in VERBS]


def _methods_of_page(pattern: URLPattern) -> tuple[str, ...]:
    last = (pattern.name or "").rpartition("_")[2]
    return ("GET",) if last in (*READ_ONLY, "site", "done") else BOTH


def _offers() -> Iterator[Door]:
    """Lists of choices: any field that points at a model with a search offers its rows."""
    for model, model_admin in admin.site._registry.items():
        if model_admin.search_fields:
            yield Door(f"OFFER /admin/{model._meta.label_lower.replace('.', '/')}/")


def _inlines() -> Iterator[Door]:
    for model, model_admin in admin.site._registry.items():
        for inline in model_admin.inlines:
            for verb in ("look", "add", "change", "delete"):
                name = f"INLINE {model._meta.label_lower}.{inline.__name__} {verb}"
                yield Door(name, model._meta.label_lower)


def _actions() -> Iterator[Door]:
    for model, model_admin in admin.site._registry.items():
        label = model._meta.label_lower
        for action in model_admin.actions or ():
            yield Door(f"ACTION {label}.{getattr(action, '__name__', action)}", label)
        for action in model_admin.actions_submit_line or ():
            yield Door(f"SUBMIT {label}.{action}", label)
