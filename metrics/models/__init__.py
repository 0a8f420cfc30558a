from metrics.models.sums import (
    KINDS,
    DataInputs,
    Fold,
    KeptColumn,
    MovementSum,
    SetSum,
    SizeSum,
    Span,
    StateSum,
    TouchedAccount,
)

__all__ = [
    "KINDS",
    "DataInputs",
    "Fold",
    "KeptColumn",
    "MovementSum",
    "SetSum",
    "SizeSum",
    "Span",
    "StateSum",
    "TouchedAccount",
]
