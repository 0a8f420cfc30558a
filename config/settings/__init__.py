"""Which settings apply when nobody has named any."""

import os


def choose() -> str:
    """Production with DEBUG=0, else this machine only."""
    return (
        "config.settings.production" if os.environ.get("DEBUG") == "0" else "config.settings.local"
    )
