"""A book for other customers, asked for on the page of the book that it begins like."""

from django import forms
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from config.access.scoping import visible
from config.admin.additions import add_action
from config.codes import LONGEST
from portfolio.models import Region, Segment
from pricing.admin.book import PriceBookAdmin
from pricing.admin.proposals import MAY_DRAFT, AdjustForm, propose
from pricing.book_cloning import clone_book, preview_clone
from pricing.models import PriceBook, PriceRelease
from pricing.proposing import Proposal


class CloneBookForm(AdjustForm):
    """For whom the new book is, and how its first prices differ from those of the other one."""

    code = forms.CharField(label="New code", max_length=LONGEST, widget=UnfoldAdminTextInputWidget)
    name = forms.CharField(label="New name", max_length=200, widget=UnfoldAdminTextInputWidget)
    segment = forms.ModelChoiceField(
        queryset=Segment.objects.order_by("name"), required=False, widget=UnfoldAdminSelectWidget
    )
    region = forms.ModelChoiceField(
        queryset=Region.objects.order_by("name"), required=False, widget=UnfoldAdminSelectWidget
    )
    account_code = forms.CharField(
        label="Customer whose contract it is",
        max_length=LONGEST,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    field_order = ["code", "name", "segment", "region", "account_code", *AdjustForm.field_order]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("copy_from", "release"):
            del self.fields[name]
        for name in ("segment", "region"):
            self.fields[name].queryset = visible(self.fields[name].queryset, self.actor)

    def clean(self) -> dict:
        given = {**super().clean(), "release": None, "copy_from": None}
        if not self.errors:
            self.clone = PriceBook(
                **{n: given[n] for n in ("code", "name", "segment", "region")},
                account_code=given["account_code"] or None,
            )
            self.clone.full_clean()
        return given

    def draft(self) -> PriceRelease:
        release = super().draft()
        release.book = self.clone
        return release


@add_action(PriceBookAdmin)
@action(
    description="Clone for others",
    permissions=["pricing.add_pricebook", *MAY_DRAFT],
    icon="content_copy",
)
def clone(self, request, object_id):
    book = self.get_object_or_404(request, object_id)
    form = CloneBookForm(request.POST or None, book=book, actor=request.user)

    def make(keep: bool) -> Proposal:
        decide = clone_book if keep else preview_clone
        return decide(source=book, release=form.draft(), adjustment=form.adjustment())

    return propose(
        self,
        request,
        form=form,
        title=f"Clone {book}",
        meaning=(
            "A book for a segment, a region or one customer, and the draft of its first prices: "
            f"those of {book} on the day before, changed as you say. For next year's prices of "
            "the same customers, adjust the book itself from a later day on."
        ),
        make=make,
        back=reverse("admin:pricing_pricebook_change", args=[book.pk]),
    )
