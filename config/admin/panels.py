"""What apps put on a page that is not theirs: the home page, or the page of a model."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError
from django.db.models import Model
from django.http import HttpRequest

from config.errors import DomainError

HOME = "home"
Context = Callable[[HttpRequest, Model | None], dict | None]


@dataclass(frozen=True)
class Panel:
    """A part of a page, shown to whom it is permitted, unless it has nothing to say."""

    title: str
    template: str
    context: Context
    permission: str
    rank: int
    above: bool = False

    @property
    def slug(self) -> str:
        return self.title.lower().replace(" ", "-")


_panels: dict[str, list[Panel]] = {}


def panel(
    page: str, *, title: str, template: str, permission: str, rank: int = 100, above: bool = False
) -> Callable[[Context], Context]:
    """Puts what the function answers on a page: "home", or a model such as "portfolio.product".

    The function takes the request and the page's object (none on the home page) and answers the
    template's context, or None when there is nothing to show. An app's `admin` package calls
    this when the admin discovers it. `above` puts the panel before the form.
    """

    def register(context: Context) -> Context:
        _panels.setdefault(page, []).append(
            Panel(title, template, context, permission, rank, above)
        )
        return context

    return register


def shown(page: str, request: HttpRequest, obj: Model | None = None) -> list[dict]:
    """The panels of a page that this person may see, in order, each with its `data`."""
    found = []
    for each in sorted(_panels.get(page, []), key=lambda each: (each.rank, each.title)):
        if not request.user.has_perm(each.permission):
            continue
        data = _ask(each, request, obj)
        if data is not None:
            found.append({"panel": each, "data": data, "above": each.above})
    return found


def _ask(each: Panel, request: HttpRequest, obj: Model | None) -> dict | None:
    # One figure that cannot be had now must not take the whole page with it.
    try:
        return each.context(request, obj)
    except DomainError as refusal:
        return {"problem": str(refusal)}
    except DatabaseError:
        return {"problem": "The database did not answer in time. Reload the page to ask again."}
