"""Fields that are only read: numbers as short as they are, links only to what may be opened."""

import re

from django import template
from django.db.models import DecimalField
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

ROW = re.compile(r'^<a href="(?P<page>[^"]+)" class="text-link">')

register = template.Library()


@register.simple_tag(takes_context=True)
def reachable(context, field) -> SafeString:
    """A field as it is read; without its link where the page behind it would refuse."""
    contents = _contents(field)
    link = ROW.match(str(contents))
    if link is None or _opens(context.get("request"), link["page"]):
        return contents
    return mark_safe(strip_tags(contents))  # noqa: S308 - escaped when the link was made


def _contents(field) -> SafeString | str:
    column, _, value = field.resolved_field or (None, None, None)
    if isinstance(column, DecimalField) and value is not None:
        return f"{value.normalize():f}"
    return field.contents()


def _opens(request, page: str) -> bool:
    try:
        behind = getattr(resolve(page).func, "model_admin", None)
    except Resolver404:
        return True
    return behind is None or request is None or behind.has_view_permission(request)
