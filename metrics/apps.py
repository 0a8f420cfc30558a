from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "metrics"
    not_audited = {
        "metrics_setsum": "sums that are made anew from the ledger",
        "metrics_sizesum": "sums that are made anew from the ledger",
        "metrics_statesum": "sums that are made anew from the ledger",
        "metrics_movementsum": "sums that are made anew from the ledger",
        "metrics_keptcolumn": "columns that are made anew from ledger and lines",
        "metrics_touchedaccount": "what columns lack until they are made anew",
        "metrics_fold": "how far the sums are",
        "metrics_datainputs": "a counter of changes",
    }

    def ready(self) -> None:
        from accounts.affinity import count_with  # noqa: PLC0415  (models are there now)
        from metrics.demo import checks  # noqa: F401, PLC0415  (registers itself)

        def together(*, on):
            from metrics.affinity import together  # noqa: PLC0415  (numpy, when first asked)

            return together(on=on)

        count_with(together)
