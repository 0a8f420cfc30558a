"""The buttons of an opportunity: each a stage it can go to, asked with what that needs."""

from django import forms
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
)

from accounts.models import OPEN, DeferReason, LossReason, Opportunity, Stage, SubscriptionLine
from accounts.opportunities.stages import move
from config.access.scoping import visible
from config.admin.decisions import decide

BUTTONS = {
    "qualify": Stage.QUALIFIED,
    "engage": Stage.ENGAGED,
    "evaluate": Stage.EVALUATING,
    "purchase": Stage.PURCHASING,
    "win": Stage.WON,
    "adopt": Stage.ADOPTED,
    "reopen": Stage.IDENTIFIED,
    "defer": Stage.DEFERRED,
    "lose": Stage.LOST,
    "disqualify": Stage.DISQUALIFIED,
}
CHANGE = ["accounts.change_opportunity"]
MEANINGS = {
    Stage.QUALIFIED: "The moment is right: every hard gate of the checklist has to hold.",
    Stage.ENGAGED: "You talk to them about a specific problem, with the people this motion needs.",
    Stage.EVALUATING: "They look at it, on a trial or with a case of their own.",
    Stage.PURCHASING: "They want it; what is left is to buy it.",
    Stage.WON: "They have bought it: name the line. It stays open until they use it.",
    Stage.ADOPTED: "They use what they bought, or the time for it is over.",
    Stage.IDENTIFIED: "It no longer waits, and is looked at anew.",
    Stage.DEFERRED: "It waits; say for what.",
    Stage.LOST: "They will not buy. The reason counts in the report of losses.",
    Stage.DISQUALIFIED: "It should not be pursued at all; say why.",
}


class StepForm(forms.Form):
    """The day, and why; each stage adds what it needs."""

    on = forms.DateField(label="Day", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD")
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class ProblemForm(StepForm):
    problem = forms.CharField(
        label="Which specific problem does this solve for them?",
        required=False,
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class DeferForm(StepForm):
    defer_reason = forms.ChoiceField(
        label="Waits for", choices=DeferReason.choices, widget=UnfoldAdminSelectWidget
    )


class LossForm(StepForm):
    loss_reason = forms.ChoiceField(
        label="Lost for", choices=LossReason.choices, widget=UnfoldAdminSelectWidget
    )


class WonForm(StepForm):
    won_line = forms.ModelChoiceField(
        queryset=SubscriptionLine.objects.none(),
        label="The line that was bought",
        required=False,
        help_text="One begun since it was opened: what they buy is added to a subscription first.",
        widget=UnfoldAdminSelectWidget,
    )


FORMS = {
    Stage.ENGAGED: ProblemForm,
    Stage.DEFERRED: DeferForm,
    Stage.LOST: LossForm,
    Stage.WON: WonForm,
}


def _fits(opportunity: Opportunity, button: str) -> bool:
    if button in BUTTONS:
        return BUTTONS[button] in opportunity.next_stages
    return opportunity.stage in OPEN


class Steps:
    """One button for each stage that may follow; others while it is not decided yet."""

    def get_actions_detail(self, request, object_id):
        opportunity = self.get_object(request, object_id)
        found = super().get_actions_detail(request, object_id) if opportunity else []
        return [each for each in found if _fits(opportunity, each.action_name.rpartition("_")[2])]

    def _step(self, request, object_id, to: Stage):
        opportunity = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=self._form(request, opportunity, to),
            title=f"{to.label}: {opportunity}",
            meaning=MEANINGS[to],
            call=lambda **said: move(opportunity=opportunity, by=request.user, to=to, **said),
            done=f"{opportunity} is {to.label.lower()}.",
            back=reverse("admin:accounts_opportunity_change", args=[opportunity.pk]),
        )

    def _form(self, request, opportunity: Opportunity, to: Stage) -> forms.Form:
        form = FORMS.get(to, StepForm)(
            request.POST or None,
            initial={"on": timezone.localdate(), "problem": opportunity.problem},
        )
        if "won_line" in form.fields:
            lines = visible(SubscriptionLine.objects.standing(), request.user)
            lines = lines.filter(account=opportunity.account, starts_on__gte=opportunity.opened_on)
            form.fields["won_line"].queryset = lines.select_related("plan").order_by("-starts_on")
        return form

    @action(description="Qualify", permissions=CHANGE, icon="task_alt")
    def qualify(self, request, object_id):
        return self._step(request, object_id, Stage.QUALIFIED)

    @action(description="Engage", permissions=CHANGE, icon="forum")
    def engage(self, request, object_id):
        return self._step(request, object_id, Stage.ENGAGED)

    @action(description="They evaluate", permissions=CHANGE, icon="science")
    def evaluate(self, request, object_id):
        return self._step(request, object_id, Stage.EVALUATING)

    @action(description="They purchase", permissions=CHANGE, icon="shopping_cart")
    def purchase(self, request, object_id):
        return self._step(request, object_id, Stage.PURCHASING)

    @action(description="Won", permissions=CHANGE, icon="celebration")
    def win(self, request, object_id):
        return self._step(request, object_id, Stage.WON)

    @action(description="Adopted", permissions=CHANGE, icon="verified")
    def adopt(self, request, object_id):
        return self._step(request, object_id, Stage.ADOPTED)

    @action(description="Look at it anew", permissions=CHANGE, icon="undo")
    def reopen(self, request, object_id):
        return self._step(request, object_id, Stage.IDENTIFIED)

    @action(description="Defer", permissions=CHANGE, icon="schedule")
    def defer(self, request, object_id):
        return self._step(request, object_id, Stage.DEFERRED)

    @action(description="Lost", permissions=CHANGE, icon="thumb_down")
    def lose(self, request, object_id):
        return self._step(request, object_id, Stage.LOST)

    @action(description="Disqualify", permissions=CHANGE, icon="block")
    def disqualify(self, request, object_id):
        return self._step(request, object_id, Stage.DISQUALIFIED)
