"""Pages of finance's tools: what would change is looked at, then drafted; nothing else happens."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from config.access.scoping import visible
from config.admin.forms import ReasonField
from config.admin.refusals import REFUSALS, sentence
from pricing.adjusting import Adjustment
from pricing.admin.price_panels import change_row, told_impact
from pricing.impact import may_see_impact
from pricing.models import GrandfatheringPolicy, PriceBook, PriceRelease, ReleaseTreatment
from pricing.proposing import Proposal

KEEP = "_keep"
MAY_DRAFT = ["pricing.add_pricerelease", "pricing.change_pricerelease"]


class DraftForm(forms.Form):
    """Which draft the lines go into: a new one, or one that is being prepared."""

    title = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    effective_on = forms.DateField(
        required=False, widget=UnfoldAdminSingleDateWidget, help_text="First day of the prices."
    )
    existing_treatment = forms.ChoiceField(
        label="What happens to existing customers",
        choices=[("", "decide later"), *ReleaseTreatment.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    policy = forms.ModelChoiceField(
        queryset=GrandfatheringPolicy.objects.none(),
        required=False,
        empty_label="none",
        widget=UnfoldAdminSelectWidget,
        help_text="Which customers keep what, where a policy decides.",
    )
    release = forms.ModelChoiceField(
        label="Or add to",
        queryset=PriceRelease.objects.none(),
        required=False,
        empty_label="a new release",
        widget=UnfoldAdminSelectWidget,
        help_text="Its own title and day hold; lines for the same price are replaced.",
    )
    change_reason = ReasonField(required=False)

    def __init__(self, *args, book: PriceBook, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.book, self.actor = book, actor
        releases = visible(PriceRelease.objects.filter(book=book.pk).open(), actor)
        self.fields["release"].queryset = releases.order_by("effective_on")
        policies = visible(GrandfatheringPolicy.objects.all(), actor)
        self.fields["policy"].queryset = policies.order_by("title")

    def clean(self) -> dict:
        given = super().clean()
        if not given.get("release"):
            for name, asked in (("title", "Give it a title."), ("effective_on", "Name the day.")):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, asked)
            facts = {name: given.get(name) or None for name in ("existing_treatment", "policy")}
            try:
                PriceRelease(**facts).check_policy()
            except forms.ValidationError as error:
                self.add_error("policy", error)
        return given

    def draft(self) -> PriceRelease:
        """The release that is meant; a new one is not stored yet."""
        given = self.cleaned_data
        return given["release"] or PriceRelease(
            book=self.book,
            title=given["title"],
            effective_on=given["effective_on"],
            existing_treatment=given["existing_treatment"] or None,
            policy=given["policy"],
            author=self.actor,
        )


class AdjustForm(DraftForm):
    """How prices change, and into which draft."""

    percent = forms.DecimalField(
        required=False,
        max_digits=8,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="3 raises by three percent, -10 lowers by ten.",
    )
    plus = forms.DecimalField(
        label="Plus or minus an amount",
        required=False,
        max_digits=18,
        decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Added to what a unit costs, else to the flat amount.",
    )
    set_to = forms.DecimalField(
        label="Set to",
        required=False,
        max_digits=18,
        decimal_places=6,
        min_value=0,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    step = forms.DecimalField(
        label="Round to multiples of",
        required=False,
        max_digits=18,
        decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="1 with the ending 0.99 makes 29.99, 30.99, …",
    )
    ending = forms.DecimalField(
        label="Ending",
        required=False,
        max_digits=18,
        decimal_places=6,
        min_value=0,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    copy_from = forms.ModelChoiceField(
        label="Copied from another book",
        queryset=PriceBook.objects.none(),
        required=False,
        empty_label="no: from what this book says",
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ["percent", "plus", "set_to", "step", "ending", "copy_from"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = visible(PriceBook.objects.exclude(pk=self.book.pk), self.actor)
        self.fields["copy_from"].queryset = others.order_by("name")

    def adjustment(self) -> Adjustment:
        given = self.cleaned_data
        names = ("set_to", "percent", "plus", "step", "copy_from")
        return Adjustment(**{n: given[n] for n in names}, ending=given["ending"] or 0)


def propose(
    page,
    request: HttpRequest,
    *,
    form: forms.Form,
    title: str,
    meaning: str,
    make: Callable[[bool], Proposal],
    back: str,
    **context: Any,
) -> HttpResponse:
    """Shows what `make(False)` would draft, and drafts it with `make(True)` when it is told to.

    A refusal stands above the form; nothing is lost.
    """
    proposal = None
    if request.method == "POST" and form.is_valid():
        proposal = _made(form, make, keep=KEEP in request.POST)
        if proposal and proposal.release.pk and KEEP in request.POST:
            messages.success(request, f"“{proposal.release}” is a draft of {_told(proposal)}.")
            release = reverse("admin:pricing_pricerelease_change", args=[proposal.release.pk])
            return HttpResponseRedirect(release)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.model._meta,
        "title": title,
        "meaning": meaning,
        "form": form,
        "media": page.media + form.media,
        "back": back,
        "keep": KEEP,
        **context,
        **(shown(proposal, request.user) if proposal else {}),
    }
    return TemplateResponse(request, "pricing/proposal.html", context)


def _made(form: forms.Form, make: Callable[[bool], Proposal], *, keep: bool) -> Proposal | None:
    try:
        with transaction.atomic():
            return make(keep)
    except REFUSALS as error:
        if not sentence(error):
            raise
        form.add_error(None, sentence(error))
        return None


def shown(proposal: Proposal, actor) -> dict:
    """A proposal as its page shows it."""
    impact = proposal.impact if may_see_impact(actor) else None
    return {
        "proposal": proposal,
        "counted": _told(proposal),
        "rows": [change_row(change) for change in proposal.changes],
        "more": proposal.counts["lines"] - len(proposal.changes),
        "impact": impact and told_impact(impact),
    }


def _told(proposal: Proposal) -> str:
    counts = proposal.counts
    kinds = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("changed", "new", "ended"))
    lines = f"{counts['lines']:,} line{'' if counts['lines'] == 1 else 's'}"
    return f"{lines}: {kinds}; {counts['same']:,} stay as they are"
