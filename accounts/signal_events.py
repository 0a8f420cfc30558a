"""What the evaluation of signal rules tells other systems."""

from datetime import date

from config.outbox import emit
from config.outbox.kinds import kind, row_kind

row_kind(
    "signal_rule.changed",
    about="accounts.signalrule",
    path="signal-rules",
    key="near-limit",
    meaning="A rule by which the system notices chances was added or changed.",
)


@kind(
    "signals.evaluated",
    about="accounts.signalrule",
    path="signals",
    key="",
    example={"on": "2026-05-01", "opened": 12, "suppressed": 30},
)
def signals_evaluated(on: date, opened: int, suppressed: int) -> None:
    """Signal rules were evaluated for a day and told something new: one event for all of it."""
    emit("signals.evaluated", "/signals/", {"on": on, "opened": opened, "suppressed": suppressed})
