from accounts.ledger.recorder import Recording, recording

__all__ = ["Recording", "recording"]
