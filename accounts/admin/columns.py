"""Cells that several pages of customers share."""

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import SubscriptionLine
from config.admin.formatting import minor, money
from pricing.quantities import spelled


def link(row: Model, text: str = "") -> str:
    """A link to the row's page."""
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html(
        '<a class="pt-link" href="{}">{}</a>', reverse(page, args=[row.pk]), text or row
    )


def paid(line: SubscriptionLine) -> str:
    """What is paid for an interval: €348.00 a year."""
    often = f"a {line.get_interval_display().lower()}" if line.recurs else "once"
    return f"{money(line.amount, line.subscription.currency)} {often}"


def quantity(line: SubscriptionLine) -> str:
    return "" if line.quantity is None else spelled(line.quantity)


def list_price(line: SubscriptionLine) -> str:
    return money(line.list_amount, line.subscription.currency)


def revenue(line: SubscriptionLine) -> str:
    return minor(line.mrr, line.subscription.currency)
