from metrics.models.sums import DataInputs, Fold, SetSum, SizeSum, Span, StateSum

__all__ = ["DataInputs", "Fold", "SetSum", "SizeSum", "Span", "StateSum"]
