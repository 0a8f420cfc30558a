"""Grandfathering policies in the admin: drafted, previewed, approved, applied."""

from django import forms
from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action

from accounts.grandfathering import applying, deciding, recording, running
from accounts.grandfathering.recording import AT_ONCE
from accounts.models import GrandfatheringException, RunKind
from config.admin.decisions import decide
from config.admin.forms import ReasonField
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from config.outbox.events import Change, tell
from pricing.admin.numbers import ShortNumbers
from pricing.models import GrandfatheringPolicy, PolicyState

SHOWN_IN = {
    "preview": (PolicyState.DRAFT, PolicyState.PREVIEWED),
    "progress": tuple(PolicyState),
    "outlook": tuple(state for state in PolicyState if state != PolicyState.DRAFT),
    "approve": (PolicyState.PREVIEWED,),
    "send_back": (PolicyState.PREVIEWED, PolicyState.APPROVED),
    "apply_it": (PolicyState.APPROVED,),
    "end": (PolicyState.APPLIED,),
}
HOW_FAR = ("How far it is", {"fields": [("state", "author"), ("approver", "approved_at")]})


class SeenForm(forms.Form):
    """The preview that its approver has read."""

    preview_hash = forms.CharField(widget=forms.HiddenInput, required=False)


class WhyForm(forms.Form):
    change_reason = ReasonField()


class ExceptionInline(TabularInline):
    model = GrandfatheringException
    hide_title = True
    fields = ["account", "kind", "reason", "until_date", "cap_percent", "expires_on", "approver"]
    readonly_fields = ["approver"]
    autocomplete_fields = ["account"]
    verbose_name_plural = "exceptions: each counts once somebody else approved it on its own page"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("account", "approver")

    def has_add_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


@admin.register(GrandfatheringPolicy)
class PolicyAdmin(ModelAdmin):
    section = Section.PLANS
    menu_place = 5
    icon = "shield"
    form = ShortNumbers
    change_form_after_template = "accounts/policy_form.html"
    list_display = ["title", "rank", "effective_on", "state", "author", "approver"]
    list_filter = [("state", ChoicesDropdownFilter)]
    list_select_related = ["author", "approver"]
    search_fields = ["code", "title"]
    autocomplete_fields = ["plans", "books", "segments", "regions"]
    fixed_fields = ("code", "state", "author", "approver", "approved_at")
    inlines = [ExceptionInline]
    actions_detail = ["preview", "approve", "send_back", "apply_it", "end"]
    add_fieldsets = [
        (None, {"fields": [("title", "code"), ("effective_on", "rank"), "supersedes"]}),
        (
            "Who",
            {
                "fields": [
                    "plans",
                    "books",
                    ("segments", "regions"),
                    ("started_before", "min_tenure_months"),
                ]
            },
        ),
        (
            "What they keep",
            {
                "fields": [
                    ("freeze_price", "cap_percent"),
                    ("freeze_entitlements", "entitlement_mode"),
                    "most_favoured",
                ]
            },
        ),
        ("Until when", {"fields": [("until", "until_date"), ("until_renewals", "until_months")]}),
        (
            "And then",
            {
                "fields": [
                    ("on_expiry", "glide_percent"),
                    ("on_upgrade", "on_quantity_change"),
                    ("lapse_days", "notice_days"),
                    "on_sunset",
                ]
            },
        ),
    ]
    fieldsets = [HOW_FAR, *add_fieldsets]
    empty_hint = (
        "Say who keeps which price until when. A preview shows what that costs; somebody else "
        "approves it."
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author", "approver")

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        draft = obj is None or obj.state == PolicyState.DRAFT
        return draft and super().has_delete_permission(request, obj)

    def get_actions_detail(self, request, object_id):
        policy = self.get_object(request, object_id)
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if policy and _shows(each.action_name, policy)
        ]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for row in formset.save(commit=False):
            if row.pk is None:
                row.author = request.user
        super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        before = form.instance.state
        super().save_related(request, form, formsets, change)
        form.instance.refresh_from_db()
        if form.instance.state != before:
            messages.warning(request, "It was previewed before: it is a draft again.")

    def _run(self, request, object_id, *, kind: RunKind, call, done, back=None) -> dict:
        """What a decision needs: it is made at once, or asked of a worker where lines are many."""
        policy = self.get_object_or_404(request, object_id)
        if not recording.covers_more(policy, than=AT_ONCE):
            return {"call": call, "done": done, "back": back}
        return {
            "call": lambda **seen: running.ask(kind=kind, by=request.user, **seen),
            "done": "A worker does it: this page says how far it is.",
            "back": reverse("admin:pricing_grandfatheringpolicy_progress", args=[object_id]),
        }

    def _ask(self, request, object_id, *, title, meaning, call, done, form=None, back=None):
        policy = self.get_object_or_404(request, object_id)

        def decided(**given) -> None:
            given.pop("change_reason", None)
            call(policy=policy, **given)
            tell(policy, Change.CHANGED)

        return decide(
            self,
            request,
            form=form or WhyForm(_sent(request)),
            title=f"{title} “{policy}”",
            meaning=meaning,
            call=decided,
            done=done.format(policy=policy),
            back=back or reverse("admin:pricing_grandfatheringpolicy_change", args=[policy.pk]),
        )

    @action(
        description="Preview", permissions=["pricing.change_grandfatheringpolicy"], icon="preview"
    )
    def preview(self, request, object_id):
        return self._ask(
            request,
            object_id,
            form=forms.Form(_sent(request)),
            title="Preview",
            meaning=(
                "Every line that it covers is walked through its next renewals: with the policy, "
                "if all were moved, and if nothing ever moved. What is found is kept, so that "
                "exactly that is approved. Nothing changes for customers."
            ),
            **self._run(
                request,
                object_id,
                kind=RunKind.PREVIEW,
                call=lambda policy: recording.record_preview(policy=policy),
                done="“{policy}” is previewed.",
                back=reverse("admin:pricing_grandfatheringpolicy_outlook", args=[object_id]),
            ),
        )

    @action(
        description="Approve",
        permissions=["pricing.approve_grandfatheringpolicy"],
        icon="verified",
    )
    def approve(self, request, object_id):
        policy = self.get_object_or_404(request, object_id)
        return self._ask(
            request,
            object_id,
            form=SeenForm(_sent(request), initial={"preview_hash": policy.preview_hash}),
            title="Approve",
            meaning=(
                f"You approve what its preview foresees for {policy.preview_lines.count():,} "
                f"lines from {policy.effective_on} on. Any edit after this, and any change of what "
                "it covers, needs another preview. It binds nobody until it is applied."
            ),
            **self._run(
                request,
                object_id,
                kind=RunKind.APPROVE,
                call=lambda policy, preview_hash: deciding.approve(
                    policy=policy, preview_hash=preview_hash, by=request.user, at=timezone.now()
                ),
                done="“{policy}” is approved.",
            ),
        )

    @action(
        description="Send back", permissions=["pricing.approve_grandfatheringpolicy"], icon="undo"
    )
    def send_back(self, request, object_id):
        return self._ask(
            request,
            object_id,
            title="Send back",
            meaning="It becomes a draft again, and its author reads why in the history.",
            call=deciding.send_back,
            done="“{policy}” was sent back.",
        )

    @action(description="Apply", permissions=["pricing.apply_grandfatheringpolicy"], icon="lock")
    def apply_it(self, request, object_id):
        policy = self.get_object_or_404(request, object_id)
        lines = policy.preview_lines.filter(status="protected").count()
        return self._ask(
            request,
            object_id,
            form=forms.Form(_sent(request)),
            title="Apply",
            meaning=(
                f"{lines:,} lines are locked from {policy.effective_on} on, as they were "
                "previewed. Locks are promises: they end earlier, never later, and the policy is "
                "never edited again."
            ),
            **self._run(
                request,
                object_id,
                kind=RunKind.APPLY,
                call=lambda policy: applying.apply(
                    policy=policy, at=timezone.now(), on=timezone.localdate()
                ),
                done="“{policy}” is applied.",
            ),
        )

    @action(description="End", permissions=["pricing.apply_grandfatheringpolicy"], icon="stop")
    def end(self, request, object_id):
        return self._ask(
            request,
            object_id,
            title="End",
            meaning="It protects nobody any more. What was promised already stays promised.",
            call=deciding.end,
            done="“{policy}” is ended.",
        )


def _shows(action_name: str, policy: GrandfatheringPolicy) -> bool:
    verb = next(verb for verb in SHOWN_IN if action_name.endswith(f"_{verb}"))
    return policy.state in SHOWN_IN[verb] and (verb != "progress" or policy.runs.exists())


def _is_open(policy: GrandfatheringPolicy | None) -> bool:
    return policy is None or policy.is_open


def _sent(request) -> dict | None:
    """What a form was sent, which may be nothing; None while it is only looked at."""
    return request.POST if request.method == "POST" else None
