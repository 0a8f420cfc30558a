from functools import partial

from django.apps import AppConfig, apps
from django.utils import timezone

from config.access.scoping import scope_rows

PATH_TO_ACCOUNT = {
    "Account": "pk",
    "AccountProfile": "account",
    "Contact": "account",
    "UsageDay": "account",
    "HealthScore": "account",
    "EntitlementOverride": "account",
    "Trial": "account",
    "DowngradeReminder": "subscription__account",
    "SubscriptionFeedback": "account",
    "Subscription": "account",
    "SubscriptionLine": "account",
    "LedgerEntry": "account",
    "Assignment": "account",
    "Opportunity": "account",
    "OpportunityTransition": "opportunity__account",
    "Stakeholder": "opportunity__account",
    "ObjectionRaised": "opportunity__account",
    "Feedback": "opportunity__account",
    "Exposure": "account",
    "ValueOutcome": "account",
    "BehaviourEvent": "account",
    "Signal": "account",
    "CreditGrant": "account",
    "PriceLock": "account",
    "EntitlementLock": "account",
    "GrandfatheringException": "account",
    "PreviewLine": "account",
    "CreditDraw": "account",
    "IncentiveRedemption": "account",
    "NamedAccount": "account",
    "RoutingDecision": "account",
    "RebalancingMove": "account",
}
# A contract is seen by whoever sees its customer, every other book by all who see prices.
PATH_TO_BOOK = {
    "PriceBook": "",
    "PriceRelease": "book__",
    "Price": "book__",
    "PriceTier": "price__book__",
}


class AccountsConfig(AppConfig):
    name = "accounts"
    not_audited = {
        "accounts_trialuse": "appended once by its key, never changed",
        "accounts_usagemoment": "follows from usage; its event tells of it",
        "accounts_usageday": "reported by the million, each day again if it was wrong",
        "accounts_healthscore": "reported by the million, each day again if it was wrong",
        "accounts_ledgerentry": "appended only; follows from lines and profiles",
        "accounts_ledgerhead": "the position of the ledger's last entry",
        "accounts_routingdecision": "appended only; each with the whole of its trace",
        "accounts_turn": "whose turn it is in a pool; follows from decisions",
        "accounts_policyrun": "how far a preview or an application is; the policy says what became",
        "accounts_renewalrun": "how far a day's renewals came; the lines say what became of them",
        "accounts_productset": "numbers for sets of products, appended only",
        "accounts_opportunitytransition": "appended only; itself the log of an audited change",
        "accounts_signal": "written by every evaluation, each firing once, and never edited",
        "accounts_behaviourevent": "appended only, each once by its sender's key",
        "accounts_creditaccount": "a row to lock; what is owed follows from draws and allocations",
        "accounts_creditallocation": "appended only; follows from draws and grants",
        "accounts_policypreview": "computed from lines and prices, anew at will",
        "accounts_previewline": "computed from lines and prices, anew at will",
        "accounts_grantbalance": "what the allocations leave of grants",
    }

    def ready(self) -> None:
        from accounts.contracts import of_seen_books  # noqa: PLC0415
        from accounts.ownership import within_reach  # noqa: PLC0415  (models are there now)
        from accounts.price_impact import HOLDINGS  # noqa: PLC0415
        from pricing.impact import provide_holdings  # noqa: PLC0415

        def today(rows, actor, *, account):
            return within_reach(rows, actor, on=timezone.localdate(), account=account)

        provide_holdings(HOLDINGS)
        for name, path in PATH_TO_BOOK.items():
            scope_rows(apps.get_model("pricing", name), partial(of_seen_books, path=path))
        for name, path in PATH_TO_ACCOUNT.items():
            scope_rows(self.get_model(name), partial(today, account=path))
