"""The lines of a subscription on its page: those there are, and those to begin."""

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from accounts.admin import columns
from accounts.models import Subscription, SubscriptionLine
from config.access.scoping import visible
from config.admin.forms import ModelForm
from config.admin.options import ReadOnlyInline, StackedInline
from pricing.models import Incentive

FOLLOWS = {"plan", "product", "mrr"}  # from the charge and the amount


class SubscriptionForm(ModelForm):
    class Meta:
        model = Subscription
        fields = ["code", "account", "starts_on", "term_months"]

    def clean(self):
        cleaned = super().clean()
        if account := cleaned.get("account"):
            self.instance.currency = account.currency
        return cleaned


class NewLineForm(ModelForm):
    """What `add` needs to know; the rest follows, and is checked with it."""

    incentives = forms.ModelMultipleChoiceField(
        Incentive.objects.all(),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
        help_text="They lower the list price for some time; the end is written at once.",
    )

    class Meta:
        model = SubscriptionLine
        fields = ["charge", "quantity", "interval", "list_amount", "amount", "starts_on", "ends_on"]

    def clean(self):
        cleaned = super().clean()
        if charge := cleaned.get("charge"):
            self.instance.plan, self.instance.product_id = charge.plan, charge.plan.product_id
        self.instance.mrr = 0
        return cleaned

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["incentives"]
        offered.queryset = visible(offered.queryset, actor)
        self.fields["amount"].required = False  # then it costs its price
        self.fields["amount"].help_text = "Empty: the price in force. Else terms that were agreed."

    def _get_validation_exclusions(self):
        exclude = super()._get_validation_exclusions()
        return exclude - FOLLOWS if "charge" in self.cleaned_data else exclude


class LineInline(ReadOnlyInline):
    model = SubscriptionLine
    verbose_name_plural = "lines: what is held"
    fields = ["plan", "quantity", "paid", "list_price", "revenue", "starts_on", "until", "end"]
    readonly_fields = ["paid", "list_price", "revenue", "until", "end"]
    ordering = ["-starts_on", "-id"]
    may_end = False

    def get_queryset(self, request):
        self.may_end = request.user.has_perm("accounts.change_subscriptionline")
        return super().get_queryset(request).select_related("plan", "subscription")

    @display(description="paid")
    def paid(self, line: SubscriptionLine) -> str:
        return columns.paid(line)

    @display(description="list price")
    def list_price(self, line: SubscriptionLine) -> str:
        return columns.list_price(line)

    @display(description="MRR")
    def revenue(self, line: SubscriptionLine) -> str:
        return columns.revenue(line)

    @display(description="until")
    def until(self, line: SubscriptionLine) -> str:
        if line.voided_at:
            return "never held"
        return line.ends_on or "open"

    @display(description="end it")
    def end(self, line: SubscriptionLine) -> str:
        over = line.voided_at or (line.ends_on and line.ends_on <= timezone.localdate())
        if over or not self.may_end:
            return ""
        page = reverse("admin:accounts_subscriptionline_end", args=[line.pk])
        return format_html('<a class="pt-link" href="{}">End {}…</a>', page, line.plan)


class NewLineInline(StackedInline):
    model = SubscriptionLine
    form = NewLineForm
    fields = [
        ("charge", "interval"),
        ("amount", "list_amount"),
        ("starts_on", "ends_on"),
        "quantity",
        "incentives",
    ]
    autocomplete_fields = ["charge"]
    verbose_name = "line"
    verbose_name_plural = "new lines: amounts in the account's currency, for one interval"
    can_delete = False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "charge":  # chosen here; the catalog is kept elsewhere
            field.widget = field.widget.widget
        return field

    def get_extra(self, request, obj=None, **kwargs) -> int:
        return 0 if obj else 1

    def get_queryset(self, request):
        return super().get_queryset(request).none()

    def has_change_permission(self, request, obj=None) -> bool:
        return self.has_add_permission(request, obj)
