"""Playbooks in the admin: drafted with steps and answers, published, followed by the next."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action

from accounts.models import Objection, Playbook, PlaybookState, PlaybookStep
from accounts.playbooks import draft_next, next_number, publish
from config.admin.decisions import decide
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, StackedInline

SHOWN_IN = {"publish": PlaybookState.DRAFT, "draft_next": PlaybookState.PUBLISHED}


class OfDraft:
    """Parts of a playbook change while it is a draft."""

    def has_add_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)


class StepInline(OfDraft, StackedInline):
    model = PlaybookStep
    fields = [("stage", "rank"), ("title", "involve"), "words"]
    verbose_name_plural = "steps: what to do at each stage, and with whom"

    def get_queryset(self, request):
        return super().get_queryset(request).in_order()


class ObjectionInline(OfDraft, StackedInline):
    model = Objection
    fields = [("kind", "response"), "says", "reply"]
    verbose_name_plural = "objections, and how to answer them"


@admin.register(Playbook)
class PlaybookAdmin(ModelAdmin):
    section = Section.SELLING
    menu_place = 1
    icon = "menu_book"
    list_display = ["name", "motion", "number", "state"]
    list_filter = [("motion", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter)]
    sortable_by = []
    ordering = ["motion", "-number"]
    fixed_fields = ("motion", "number", "state")
    inlines = [StepInline, ObjectionInline]
    actions_detail = ["publish", "draft_next"]
    add_fieldsets = [(None, {"fields": [("name", "motion"), "message", "success"]})]
    fieldsets = [
        (None, {"fields": [("name", "motion"), ("number", "state"), "message", "success"]})
    ]
    deletable = False
    empty_hint = "A playbook says what to do for a motion, stage by stage. Publish it to use it."

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def get_actions_detail(self, request, object_id):
        playbook = self.get_object(request, object_id)
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if playbook
            and any(
                each.action_name.endswith(name) and playbook.state == state
                for name, state in SHOWN_IN.items()
            )
        ]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.number = next_number(obj.motion)
        super().save_model(request, obj, form, change)

    @action(description="Publish", permissions=["accounts.change_playbook"], icon="rocket_launch")
    def publish(self, request, object_id):
        playbook = self.get_object_or_404(request, object_id)
        return self._ask(
            request,
            title=f"Publish {playbook}",
            meaning=(
                "Opportunities opened from now on use this version; those that are open keep "
                "theirs. It is never edited afterwards: the next version changes it."
            ),
            call=lambda: publish(playbook=playbook),
            done=f"{playbook} is published.",
            back=reverse("admin:accounts_playbook_change", args=[playbook.pk]),
        )

    @action(
        description="Draft the next version", permissions=["accounts.add_playbook"], icon="edit"
    )
    def draft_next(self, request, object_id):
        playbook = self.get_object_or_404(request, object_id)
        return self._ask(
            request,
            title="Draft the next version",
            meaning=f"It begins with everything that {playbook} says.",
            call=lambda: draft_next(playbook=playbook),
            done="The next version is a draft.",
            back=reverse("admin:accounts_playbook_changelist"),
        )

    def _ask(self, request, **words):
        form = forms.Form(request.POST if request.method == "POST" else None)
        return decide(self, request, form=form, **words)


def _is_draft(playbook: Playbook | None) -> bool:
    return playbook is None or playbook.state == PlaybookState.DRAFT
