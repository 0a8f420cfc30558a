"""Webhook endpoints in the admin: kept, tested, and given a new secret."""

from django import forms
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.admin.decisions import decide
from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.outbox.endpoints import rotate_secret, send_test
from config.outbox.kinds import kind_codes
from config.outbox.models import WebhookEndpoint


class EndpointForm(ModelForm):
    kinds = forms.MultipleChoiceField(
        choices=kind_codes,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen: all kinds, those to come too.",
    )


@admin.register(WebhookEndpoint)
class EndpointAdmin(ModelAdmin):
    section = Section.INTEGRATIONS
    icon = "webhook"
    form = EndpointForm
    list_display = ["__str__", "url", "active", "owner", "disabled_because"]
    list_filter = [("active", BooleanRadioFilter)]
    list_select_related = ["owner"]
    sortable_by = []
    search_fields = ["description"]
    actions_detail = ["test", "rotate"]
    fieldsets = [
        (None, {"fields": ["url", "description", "active"]}),
        ("What it is sent", {"fields": ["kinds"]}),
        ("State", {"fields": [("owner", "disabled_because"), "previous_secret_until"]}),
    ]
    readonly_fields = ["owner", "disabled_because", "previous_secret_until"]
    empty_hint = "An endpoint is an address that is told of what happens, signed with a secret."

    def save_model(self, request, obj, form, change):
        # Only what the one who says where events go may see is sent there.
        obj.owner = request.user
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        return self._show(request, obj, obj.secret)

    def _show(self, request, endpoint: WebhookEndpoint, secret: str) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "The new secret",
            "endpoint": endpoint,
            "text": secret,
        }
        return TemplateResponse(
            request, "outbox/secret.html", context, headers={"Cache-Control": "no-store"}
        )

    @action(description="Test", permissions=["outbox.change_webhookendpoint"], icon="send")
    def test(self, request, object_id):
        endpoint = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=forms.Form(request.POST or None),
            title=f"Test {endpoint}",
            meaning="A signed test event is sent to this endpoint alone.",
            call=lambda: send_test(endpoint=endpoint, at=timezone.now()),
            done="The test is due now; the dispatcher sends it.",
            back=reverse("admin:outbox_webhookdelivery_changelist"),
        )

    @action(description="New secret", permissions=["outbox.change_webhookendpoint"], icon="key")
    def rotate(self, request, object_id):
        endpoint = self.get_object_or_404(request, object_id)
        if request.method == "POST":
            return self._show(
                request, endpoint, rotate_secret(endpoint=endpoint, at=timezone.now())
            )
        return decide(
            self,
            request,
            form=forms.Form(),
            title=f"A new secret for {endpoint}",
            meaning="The new secret is shown once. For 24 hours the old one signs too.",
            call=rotate_secret,
            done="",
            back=reverse("admin:outbox_webhookendpoint_change", args=[endpoint.pk]),
        )
