"""The page on which a person is erased: for good, so their e-mail is typed and a reason given."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from config.access.models import User
from config.admin.decisions import decide
from config.audit.context import stating
from config.erasure import erase

MEANING = (
    "Name and e-mail of {user} are removed wherever they were kept or copied to, and cannot be "
    "brought back. Nobody signs in as them any more; their keys are revoked. What they did stays, "
    "told of “user {number}”, and so does everything that refers to them."
)
AFTERWARDS = (
    "They are erased. If reasons or names of other rows may mention them, let an operator run "
    "erase_person, which looks through everything."
)


class EraseForm(forms.Form):
    email = forms.CharField(
        label="Their e-mail",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Type it, so that it is nobody else.",
    )
    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept in the audit trail: do not name the person.",
    )

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if email != self.user.email:
            raise forms.ValidationError("This is not the e-mail of the person on this page.")
        return email


def erase_page(model_admin, request: HttpRequest, user: User) -> HttpResponse:
    def call(*, email: str, reason: str) -> None:
        with stating(reason=reason):
            erase(row=user)

    return decide(
        model_admin,
        request,
        form=EraseForm(request.POST or None, user=user),
        title=f"Erase {user}",
        meaning=MEANING.format(user=user, number=user.pk),
        call=call,
        done=AFTERWARDS,
        back=reverse("admin:access_user_change", args=[user.pk]),
    )
