from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "pricing"
    not_audited = {
        "pricing_pricesheet": "files kept for a day; what is drafted of them is audited",
    }
