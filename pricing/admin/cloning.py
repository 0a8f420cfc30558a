"""A product like another one, asked for on the page of the product."""

from django import forms
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from config.access.scoping import visible
from config.admin.additions import add_action
from config.admin.decisions import decide
from config.admin.forms import ReasonField
from config.codes import LONGEST
from portfolio.admin.product import ProductAdmin
from portfolio.models import Portfolio
from pricing.cloning import clone_product

ADDS = [
    "portfolio.add_product",
    "pricing.add_plan",
    "pricing.add_planversion",
    "pricing.add_charge",
]


class CloneForm(forms.Form):
    """What the decision needs to know; it offers the portfolios that the actor may see."""

    code = forms.CharField(label="New code", max_length=LONGEST, widget=UnfoldAdminTextInputWidget)
    name = forms.CharField(label="New name", max_length=200, widget=UnfoldAdminTextInputWidget)
    portfolio = forms.ModelChoiceField(
        queryset=Portfolio.objects.order_by("name"), widget=UnfoldAdminSelectWidget
    )
    change_reason = ReasonField(required=False)

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        portfolios = self.fields["portfolio"].queryset
        self.fields["portfolio"].queryset = visible(portfolios, actor)


@add_action(ProductAdmin)
@action(description="Clone with its tiers", permissions=ADDS, icon="content_copy")
def clone(self, request, object_id):
    product = self.get_object_or_404(request, object_id)
    made = []

    def make(change_reason: str, **wanted) -> None:
        made.append(clone_product(product=product, on=timezone.localdate(), **wanted))

    answer = decide(
        self,
        request,
        form=CloneForm(
            request.POST or None,
            actor=request.user,
            initial={"name": product.name, "portfolio": product.portfolio_id},
        ),
        title=f"Clone {product}",
        meaning=(
            f"A draft like {product} with its tiers, the newest version of each as a draft, and "
            "their charges. Prices, dates and customers are not copied. The codes of the tiers "
            "follow from the new code."
        ),
        call=make,
        done="The copy is a draft: give it its dates when it is ready.",
        back=reverse("admin:portfolio_product_change", args=[product.pk]),
    )
    if made and answer.status_code == 302:
        answer["Location"] = reverse("admin:portfolio_product_change", args=[made[0].pk])
    return answer
