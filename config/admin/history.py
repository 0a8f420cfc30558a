"""The page that tells what happened to a row: who, when, why, before and after."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from config.access.scoping import may_view
from config.audit.actors import names
from config.audit.coverage import audited_tables
from config.audit.history import history_of
from config.audit.models import Event
from config.audit.scope import may_see
from config.audit.words import Words, model_name, sentence

PER_PAGE = 50
PAGE = "page"


def told(events: list[Event], user) -> list[dict]:
    """Each event with what a page says of it."""
    words, people = Words(events, user), names(event.actor for event in events)
    return [
        {
            "event": event,
            "who": people.get(event.actor) or f"{event.database_user}, in the database",
            "subject": model_name(event),
            "changes": words.changes(event),
            "sentence": sentence(event),
        }
        for event in events
    ]


class Historical:
    """Shows the history of a row to whoever may see the row."""

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object_or_404(request, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        page = Paginator(history_of(row), PER_PAGE).get_page(request.GET.get(PAGE))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "page": page,
            "told": told(list(page.object_list), request.user),
            "object": row,
            "original": row,
            "opts": self.opts,
            "events": _events_of(row, request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def _events_of(row: Model, user) -> str:
    """Where the row's events are searched and downloaded, for whoever may."""
    table = row._meta.db_table
    if table not in audited_tables() or not (may_view(Event, user) and may_see(user, type(row))):
        return ""
    query = urlencode({"q": row.pk, "table": table})
    return f"{reverse('admin:audit_event_changelist')}?{query}"
