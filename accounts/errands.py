"""What people ask for about customers that workers do."""

from collections.abc import Callable
from datetime import datetime

from accounts.grandfathering.running import claim, perform
from config.errands import errand


@errand
def run_policies(*, clock: Callable[[], datetime], stop: Callable[[], bool]) -> str | None:
    """Previews or applies the policy for which somebody asked first."""
    run = claim(at=clock())
    return perform(run, clock=clock, stop=stop) if run else None
