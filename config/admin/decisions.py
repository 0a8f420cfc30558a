"""A page for one decision: what it means, what it needs to know, and one button."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminSingleDateWidget

from config.admin.refusals import REFUSALS, sentence


class DayForm(forms.Form):
    """The day on which a decision takes effect."""

    on = forms.DateField(
        label="First day without it", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )


def decide(
    model_admin,
    request: HttpRequest,
    *,
    form: forms.Form,
    title: str,
    meaning: str,
    call: Callable[..., object],
    done: str,
    back: str,
) -> HttpResponse:
    """Asks, makes the one call with what the form knows, and says what happened.

    A refusal is shown on the form, beside its field where it names one; nothing is lost.
    """
    if request.method == "POST" and form.is_valid() and _called(form, call):
        messages.success(request, done)
        return HttpResponseRedirect(back)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "title": title,
        "meaning": meaning,
        "form": form,
        "media": model_admin.media + form.media,
        "back": back,
    }
    return TemplateResponse(request, "admin/decision.html", context)


def _called(form: forms.Form, call: Callable[..., object]) -> bool:
    try:
        with transaction.atomic():
            call(**form.cleaned_data)
    except REFUSALS as error:
        reason = sentence(error)
        if not reason:
            raise
        _explain(form, error, reason)
        return False
    return True


def _explain(form: forms.Form, error: Exception, reason: str) -> None:
    if not isinstance(error, ValidationError) or not hasattr(error, "error_dict"):
        form.add_error(None, reason)
        return
    for name, faults in error.error_dict.items():
        beside = name if name in form.fields and name != NON_FIELD_ERRORS else None
        form.add_error(beside, ValidationError([text for f in faults for text in f.messages]))
