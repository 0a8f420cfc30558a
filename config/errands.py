"""What people ask for that takes longer than a page may: done by whichever worker comes first."""

from collections.abc import Callable

from config.registry import Registry

# Does one thing that was asked for and says what came of it; None when nothing is asked for. It is
# told the time by `clock()`, and by `stop()` that the worker is to end.
Errand = Callable[..., str | None]

errands: Registry[Errand] = Registry("accounts.errands")


def errand(function: Errand) -> Errand:
    """Put a function on the list of what workers look for."""
    errands.add(function.__name__, function)
    return function
