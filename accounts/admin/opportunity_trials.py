"""Trials that prove the value for an opportunity: begun on its page, and seen there."""

from datetime import date

from django import forms
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldBooleanWidget,
)

from accounts.admin.opportunity import OpportunityAdmin
from accounts.models import Opportunity, Trial
from accounts.trials import start_trial, tried_for
from config.access.scoping import visible
from config.admin.additions import add_action
from config.admin.decisions import decide
from config.admin.panels import panel
from pricing.models import Feature, Plan


class TryForm(forms.Form):
    """What `start_trial` needs to know beside the opportunity."""

    plan = forms.ModelChoiceField(
        queryset=Plan.objects.none(), required=False, widget=UnfoldAdminSelectWidget
    )
    feature = forms.ModelChoiceField(
        queryset=Feature.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Instead of a plan: this feature alone.",
    )
    starts_on = forms.DateField(
        label="First day", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=3660,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Empty, with no uses either: as long as trials usually last.",
    )
    max_uses = forms.IntegerField(
        label="Most uses",
        required=False,
        min_value=1,
        max_value=10**9,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    is_guided = forms.BooleanField(
        label="Guided",
        required=False,
        widget=UnfoldBooleanWidget,
        help_text="Somebody shows them how; counted apart from those who try it alone.",
    )

    def __init__(self, *args, actor, opportunity: Opportunity, on: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        plans, features = tried_for(opportunity=opportunity, on=on)
        self.fields["plan"].queryset = visible(plans, actor)
        self.fields["feature"].queryset = visible(features, actor)


@add_action(OpportunityAdmin)
@action(description="Let them try it", permissions=["accounts.add_trial"], icon="hourglass_top")
def trial(self, request, object_id):
    """A trial of what the opportunity is about, which counts for it."""
    opportunity, today = self.get_object_or_404(request, object_id), timezone.localdate()
    form = TryForm(
        request.POST or None,
        actor=request.user,
        opportunity=opportunity,
        on=today,
        initial={"plan": opportunity.target_plan_id, "starts_on": today, "is_guided": True},
    )
    return decide(
        self,
        request,
        form=form,
        title="Let them try it",
        meaning=(
            f"{opportunity}: they try it for some days, or some uses. Whether trials that are "
            "guided lead to more sales than others is a figure: trial conversion."
        ),
        call=lambda **said: start_trial(
            account=opportunity.account, opportunity=opportunity, **said
        ),
        done=f"{opportunity.account} tries it.",
        back=reverse("admin:accounts_opportunity_change", args=[opportunity.pk]),
    )


@panel(
    "accounts.opportunity",
    title="What they try",
    template="accounts/tried.html",
    permission="accounts.view_trial",
    rank=25,
    above=True,
)
def tried(request, opportunity: Opportunity) -> dict | None:
    """The trials of the opportunity, each with how often it was used and whether it is open."""
    on = timezone.localdate()
    rows = visible(Trial.objects.filter(opportunity=opportunity), request.user)
    rows = list(rows.select_related("feature", "plan").with_uses(on=on).order_by("starts_on", "id"))
    return {"rows": [(row, row.is_open(on=on)) for row in rows]} if rows else None
