from metrics.models.sums import DataInputs, Fold, StateSum

__all__ = ["DataInputs", "Fold", "StateSum"]
