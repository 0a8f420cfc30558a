from metrics.models.sums import DataInputs, Fold, SetState, SizeSum

__all__ = ["DataInputs", "Fold", "SetState", "SizeSum"]
