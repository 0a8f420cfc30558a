"""The set of products that are sold together."""

from django.db import models

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.versions import Versioned


class PortfolioModel(models.TextChoices):
    SUITE = "suite", "Suite: sold as one"
    MODULAR = "modular", "Modular: each product stands alone"
    LAYERED = "layered", "Layered: products build on a core"
    ECOSYSTEM = "ecosystem", "Ecosystem: others add products"


class OwnerModel(models.TextChoices):
    PRODUCT_LED = "product_led", "Product-led"
    CSM_LED = "csm_led", "CSM-led"
    SALES_LED = "sales_led", "Sales-led"
    HYBRID = "hybrid", "Hybrid, by size of the deal"


class Portfolio(Versioned):
    """A set of products that are sold together, and the model by which they belong together."""

    code = CodeField()
    name = models.CharField(max_length=200)
    model = models.CharField(
        max_length=16,
        choices=PortfolioModel,
        default=PortfolioModel.MODULAR,
        help_text="How the products belong together; the checks of the portfolio follow from it.",
    )
    default_channel = models.CharField(
        max_length=16,
        choices=OwnerModel,
        default=OwnerModel.HYBRID,
        help_text="Who sells a product for which nothing more exact is said.",
    )

    class Meta:
        ordering = ["code"]
        default_permissions = EXPORTED

    def __str__(self) -> str:
        return self.name
