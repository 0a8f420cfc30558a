"""A page for one decision: what it means, what it needs to know, and one button."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminSingleDateWidget

from config.admin.refusals import REFUSALS, sentence

SEEN = "seen"


@dataclass(frozen=True)
class Previewed:
    """A call that is looked at before it is made; `effects` says of its result what came of it."""

    call: Callable[..., object]
    effects: Callable[[object], list[str]]

    def __call__(self, **facts) -> object:
        return self.call(**facts)


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

    A refusal is shown on the form, beside its field where it names one; nothing is lost. What
    a `Previewed` call does at the first answer is undone and only shown; the same answer again is
    done.
    """
    previews, shown = isinstance(call, Previewed), None
    if request.method == "POST" and form.is_valid():
        if not previews or form.data.get(SEEN) == _seen(form):
            if _called(form, call):
                messages.success(request, done)
                return HttpResponseRedirect(back)
        else:
            shown = _tried(form, call)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "title": title,
        "meaning": meaning,
        "form": form,
        "effects": shown,
        "previews": previews,
        "seen": _seen(form) if shown is not None else "",
        "media": model_admin.media + form.media,
        "back": back,
    }
    return TemplateResponse(request, "admin/decision.html", context)


def _seen(form: forms.Form) -> str:
    """The answer as one text: what was shown is what is done, or it is shown anew."""
    return "|".join(f"{name}={value}" for name, value in form.cleaned_data.items())


def _tried(form: forms.Form, call: Previewed) -> list[str] | None:
    """What the call would do, undone again; None where it is refused."""
    found: list[str] = []

    def try_it(**facts) -> None:
        found.extend(call.effects(call(**facts)))
        transaction.set_rollback(True)

    return found if _called(form, try_it) else None


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
