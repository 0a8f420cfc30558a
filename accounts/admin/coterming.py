"""Letting all subscriptions of an account renew on one day, in the admin."""

from datetime import date

from django import forms
from django.urls import reverse
from django.utils import timezone

from accounts.consolidation import Running, consolidation, coterm
from accounts.models import Account
from config.admin.decisions import Previewed


class CommonDayForm(forms.Form):
    """The common day that was seen."""

    renews_on = forms.DateField(widget=forms.HiddenInput)


def coterming(request, account: Account) -> dict:
    """What the page of the decision asks and says."""
    on = timezone.localdate()
    found = consolidation(account=account, on=on)
    day = found.can_coterm_on
    meaning = (
        f"Every subscription of {account} renews on {day} from then on. Terms that would end "
        "sooner run on until that day at what is paid now."
        if found.is_scattered
        else f"{account} has nothing to bring together: it renews on one day, or on none."
    )
    return {
        "form": CommonDayForm(request.POST or None, initial={"renews_on": day}),
        "title": f"Renew on one day: {account}",
        "meaning": meaning,
        "call": Previewed(
            lambda renews_on: coterm(account=account, on=on, renews_on=renews_on),
            lambda _: [_moved(each, day) for each in found.to_move],
        ),
        "done": f"Everything of {account} renews on {day}.",
        "back": reverse("admin:accounts_account_change", args=[account.pk]),
    }


def _moved(each: Running, day: date) -> str:
    return f"{each.subscription} would renew on {each.renews_on}: it runs on until {day}."
