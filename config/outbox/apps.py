from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "config.outbox"
    label = "outbox"
    verbose_name = "Integrations"
    not_audited = {
        "outbox_event": "appended only; tells of rows that are audited themselves",
        "outbox_horizon": "from where on the feed is complete",
        "outbox_webhookdelivery": "the state of a message on its way",
        "outbox_deliveryattempt": "itself the record of what was sent and answered",
    }
    keeps_copies = {
        "outbox_event": ("subject", "payload"),
        "outbox_deliveryattempt": ("request_headers", "answer", "problem"),
    }
