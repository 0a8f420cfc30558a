"""How far a worker is with a policy over very many lines, and giving it up."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from accounts.admin.policy import PolicyAdmin
from accounts.grandfathering.running import give_up
from accounts.models import RunKind
from config.admin.additions import add_action

SHOWN = 10
NEEDS = {
    RunKind.PREVIEW: "pricing.change_grandfatheringpolicy",
    RunKind.APPROVE: "pricing.approve_grandfatheringpolicy",
    RunKind.APPLY: "pricing.apply_grandfatheringpolicy",
}


@add_action(PolicyAdmin)
@action(
    description="Progress",
    permissions=["pricing.view_grandfatheringpolicy", "accounts.view_policypreview"],
    icon="hourglass_top",
)
def progress(self, request, object_id):
    """The run that is under way, which looks again by itself, and what came of earlier ones."""
    policy = self.get_object_or_404(request, object_id)
    runs = list(policy.runs.select_related("policy", "asked_by")[:SHOWN])
    now = runs[0] if runs and runs[0].is_under_way else None
    may_stop = bool(now) and request.user.has_perm(NEEDS[now.kind])
    here = reverse("admin:pricing_grandfatheringpolicy_progress", args=[policy.pk])
    if request.method == "POST" and may_stop:
        give_up(run=now, at=timezone.now())
        messages.info(request, "It stops within seconds.")
        return HttpResponseRedirect(here)
    context = {
        **self.admin_site.each_context(request),
        "opts": self.model._meta,
        "title": f"Progress of “{policy}”",
        "policy": policy,
        "run": now,
        "done": min(now.done, now.total) if now else 0,
        "may_stop": may_stop,
        "runs": runs[1:] if now else runs,
        "media": self.media,
        "back": reverse("admin:pricing_grandfatheringpolicy_change", args=[policy.pk]),
        "outlook": reverse("admin:pricing_grandfatheringpolicy_outlook", args=[policy.pk]),
    }
    return TemplateResponse(request, "accounts/policy_progress.html", context)
