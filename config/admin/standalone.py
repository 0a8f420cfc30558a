"""Pages of the admin that belong to no model: apps put them in, the menu and the site find them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Standalone:
    """A page: where it is, what it is called in the menu (nothing: it is not there), for whom.

    One that is posted answers no other method: what it does hangs on no link.
    """

    route: str
    name: str
    view: View
    permission: str
    title: str = ""
    icon: str = ""
    section: str | None = None
    posted: bool = False

    def item(self) -> dict:
        link = reverse(f"admin:{self.name}")
        return {"title": self.title, "icon": self.icon, "link": link}


_pages: list[Standalone] = []


def page(
    route: str,
    *,
    name: str,
    permission: str,
    title: str = "",
    icon: str = "",
    section: str | None = None,
    posted: bool = False,
) -> Callable[[View], View]:
    """Puts a view at an address of the admin, for who has the permission: 403 for others.

    One that is `posted` answers POST only, with its CSRF token: 405 for other methods.
    """

    def register(view: View) -> View:
        _pages.append(Standalone(route, name, view, permission, title, icon, section, posted))
        return view

    return register


def pages() -> list[Standalone]:
    return list(_pages)


def of_section(request: HttpRequest, section: str) -> list[dict]:
    """The entries of the menu that this person may open."""
    return [
        each.item()
        for each in _pages
        if each.section == section and each.title and request.user.has_perm(each.permission)
    ]
