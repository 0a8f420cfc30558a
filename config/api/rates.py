"""How much of the API one client may take, so that others get their share.

Requests are counted in fixed windows in the cache `rates`. That is fairness and no security:
the count is of one process unless the cache is a shared one, and callers without credentials
are refused uncounted.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches

from config.api.problems import THROTTLED, Refusal


@dataclass(frozen=True, slots=True)
class Share:
    """What a client may still do in this window, and how many seconds it lasts."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.remaining, 0)),
            "RateLimit-Reset": str(self.reset),
        }


def take(client: str) -> Share:
    """Counts one more request of the client and answers what it has left; -1 is over the limit."""
    limit, seconds = settings.RATE_LIMIT["requests"], settings.RATE_LIMIT["seconds"]
    now = int(time.time())
    name = f"{client}:{now // seconds}".replace(" ", "-")
    rates = caches["rates"]
    if rates.add(name, 1, seconds):
        count = 1
    else:
        try:
            count = rates.incr(name)
        except ValueError:  # forgotten in between: the cache was full
            count = 1
    return Share(limit, max(limit - count, -1), seconds - now % seconds)


def check_share(share: Share) -> None:
    """Raises Refusal (429) for a client that has had its share of this window."""
    if share.remaining < 0:
        raise Refusal(
            THROTTLED,
            f"At most {share.limit} requests in {settings.RATE_LIMIT['seconds']} seconds.",
            headers={"Retry-After": str(share.reset)},
        )
