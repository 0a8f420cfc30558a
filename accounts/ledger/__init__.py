from accounts.ledger.recording import Recording, recording

__all__ = ["Recording", "recording"]
