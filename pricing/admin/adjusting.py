"""Prices changed alike: all of a book, or those that were chosen in the list of prices."""

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from unfold.decorators import action

from config.access.scoping import visible
from config.admin.additions import add_action
from pricing.adjusting import draft_adjustment, preview_adjustment
from pricing.admin.book import PriceBookAdmin
from pricing.admin.proposals import MAY_DRAFT, AdjustForm, propose
from pricing.models import PriceBook
from pricing.proposing import Proposal

MEANING = (
    "Each price changes in one way, then it is rounded. You see what would change before anything "
    "does; it becomes a draft, which somebody else approves."
)


@add_action(PriceBookAdmin)
@action(description="Adjust its prices", permissions=MAY_DRAFT, icon="price_change")
def adjust(self, request, object_id):
    book = self.get_object_or_404(request, object_id)
    return adjusting(
        self,
        request,
        book,
        prices=None,
        title=f"Adjust every price of {book}",
        back=reverse("admin:pricing_pricebook_change", args=[book.pk]),
    )


def adjusting(page, request, book: PriceBook, *, prices, title: str, back: str, **context):
    """The page on which prices of a book are adjusted; `prices` are ids, or None for all."""
    sent = request.POST if "effective_on" in request.POST or "action" not in request.POST else None
    form = AdjustForm(sent or None, book=book, actor=request.user)

    def make(keep: bool) -> Proposal:
        decide = draft_adjustment if keep else preview_adjustment
        return decide(release=form.draft(), adjustment=form.adjustment(), prices=prices)

    return propose(
        page, request, form=form, title=title, meaning=MEANING, make=make, back=back, **context
    )


class PriceAdjusting:
    """The action of the list of prices, over those that are ticked or all that are listed."""

    def has_draft_permission(self, request) -> bool:
        return request.user.has_perms(MAY_DRAFT)

    @action(description="Adjust the chosen prices", permissions=["draft"])
    def adjust_prices(self, request, queryset):
        chosen = list(queryset.order_by().values_list("pk", "book"))
        books = visible(PriceBook.objects.filter(pk__in={book for _, book in chosen}), request.user)
        if len(books) != 1:
            messages.error(request, "Choose prices of one book: filter the list by it first.")
            return None
        (book,) = books
        return adjusting(
            self,
            request,
            book,
            prices=[pk for pk, _ in chosen],
            title=f"Adjust {len(chosen):,} prices of {book}",
            back=request.get_full_path(),
            carried=[
                ("action", "adjust_prices"),
                ("select_across", request.POST.get("select_across", "0")),
                *((ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)),
            ],
        )
