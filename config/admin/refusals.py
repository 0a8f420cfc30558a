"""Pages on which a decision may be refused: the sentence is shown, and nothing typed is lost."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpResponseRedirect

import config.api.database_errors  # noqa: F401  (registers what the database's refusals mean)
from config.api.translation import refusal_for
from config.errors import DomainError

REFUSALS = (DomainError, ValidationError, DatabaseError)


def sentence(error: Exception) -> str:
    """What a refusal says to a person, "" when it is a fault of ours."""
    said = getattr(error.__cause__, "diag", None)
    if said and said.constraint_name and not said.table_name:  # a trigger speaks for itself
        return said.message_primary
    refusal = refusal_for(error)
    return refusal.detail if refusal else ""


class Refusable:
    """Shows a refusal above the form that asked for it, or on the page it came from."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUSALS as error:
            # Everything was rolled back. The same form once more, now knowing why.
            request.refusal = sentence(error)
            if not request.refusal or request.method != "POST":
                raise
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as error:
            if not sentence(error):
                raise
            messages.error(request, sentence(error))
            return HttpResponseRedirect("../change/")
