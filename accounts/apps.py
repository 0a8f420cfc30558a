from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    not_audited = {
        "accounts_ledgerentry": "appended only; follows from lines and profiles",
        "accounts_ledgerhead": "the position of the ledger's last entry",
        "accounts_productset": "numbers for sets of products, appended only",
    }
