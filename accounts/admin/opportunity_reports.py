"""What opportunities teach, on pages: which answers help, who finds and closes, whom to show."""

from datetime import timedelta

from django import forms
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from accounts.models import Account, Answer, ObjectionKind, ObjectionRaised, Opportunity
from accounts.opportunities import reports
from accounts.opportunities.facts import EXPOSURE_GAP, days_of
from config.access.scoping import visible
from config.admin.additions import add_action
from portfolio.admin.product import ProductAdmin
from portfolio.models import Motion, Product, ProductRole

SHOWN = 200
LONGEST = 3650
PERIODS = (90, 365)
SEES = ["accounts.view_account", "accounts.view_exposure", "accounts.view_subscriptionline"]


class Taught:
    """The reports beside the list of opportunities, of those that the reader sees."""

    @action(
        description="Which answers help",
        permissions=["accounts.view_objectionraised"],
        icon="forum",
    )
    def answers(self, request):
        """Of each objection and way to answer it, how many were won of those decided."""
        rows = visible(ObjectionRaised.objects.all(), request.user)
        motion = request.GET.get("motion", "")
        if motion in Motion.values:
            rows = rows.filter(opportunity__motion=motion)
        context = {
            "motion": motion,
            "motions": Motion.choices,
            "rows": [_named(row) for row in sorted(reports.answers(rows), key=_best_first)],
        }
        return self._report(request, "Which answers help", "accounts/answers.html", context)

    @action(
        description="Who finds and who closes",
        permissions=["accounts.view_opportunity"],
        icon="diversity_3",
    )
    def sourcing(self, request):
        """Of each person, how many opportunities they found, won of these, and closed."""
        rows = visible(Opportunity.objects.all(), request.user)
        days = request.GET.get("days", "")
        days = int(days) if days.isdecimal() and 1 <= int(days) <= LONGEST else None
        if days:
            rows = rows.filter(opened_on__gt=timezone.localdate() - timedelta(days=days))
        context = {"days": days, "periods": PERIODS, "rows": reports.sourcing(rows)}
        return self._report(request, "Who finds and who closes", "accounts/sourcing.html", context)

    def _report(self, request, title: str, template: str, context: dict):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            **context,
        }
        return TemplateResponse(request, template, context)


def _named(row: dict) -> dict:
    kind, response = ObjectionKind(row["kind"]).label, Answer(row["response"]).label
    return {**row, "kind": kind, "response": response, "decided": row["won"] + row["lost"]}


def _best_first(row: dict) -> tuple:
    return row["kind"], -(row["rate"] or 0), -row["won"], row["response"]


class GapForm(forms.Form):
    """Who could be shown which product, and after how long."""

    product = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        label="Not shown lately",
        widget=UnfoldAdminSelectWidget,
    )
    anchor = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        required=False,
        label="To those who have",
        widget=UnfoldAdminSelectWidget,
        help_text="Empty: any anchor.",
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST,
        required=False,
        label="In the last days",
        help_text="Empty: as many as the threshold exposure-gap-days says.",
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        products = visible(Product.objects.order_by("name"), actor)
        self.fields["product"].queryset = products
        self.fields["anchor"].queryset = products.exclude(role=ProductRole.SUNSET)


class Gaps:
    """Whom nobody has shown a product, beside the list of what was shown."""

    @action(description="Who has not been shown it", permissions=SEES, icon="visibility_off")
    def gaps(self, request):
        """Accounts that have an anchor, not the product, and were not shown it lately."""
        today = timezone.localdate()
        usual = days_of(EXPOSURE_GAP, on=today).days
        asked = request.GET if "product" in request.GET else None
        form = GapForm(asked, actor=request.user, initial={"days": usual})
        rows = []
        if form.is_valid():
            given = form.cleaned_data
            accounts = reports.never_shown(
                visible(Account.objects.all(), request.user),
                product=given["product"],
                on=today,
                days=given["days"] or usual,
                anchors=given["anchor"] and [given["anchor"]],
            )
            rows = list(accounts.order_by("code")[: SHOWN + 1])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "Who has not been shown it",
            "form": form,
            "found": form.is_bound and form.is_valid(),
            "product": form.is_bound and form.is_valid() and form.cleaned_data["product"],
            "rows": rows[:SHOWN],
            "shown": SHOWN,
            "more": len(rows) > SHOWN,
            "may_write": request.user.has_perm("accounts.add_exposure"),
            "media": self.media + form.media,
            "back": reverse("admin:accounts_exposure_changelist"),
        }
        return TemplateResponse(request, "accounts/exposure_gaps.html", context)


@add_action(ProductAdmin)
@action(description="Who has not been shown it", permissions=SEES, icon="visibility_off")
def not_shown(self, request, object_id):
    """The page of exposure gaps, asked about the product."""
    product = self.get_object_or_404(request, object_id)
    return HttpResponseRedirect(f"{reverse('admin:accounts_exposure_gaps')}?product={product.pk}")
