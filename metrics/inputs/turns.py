"""What rules gave to the members of pools in turn, and what these carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from accounts.models import How, Pool
from accounts.routing.world import loads
from metrics.inputs.rows import Rows, fetch, of_stretches
from metrics.lines import ACCOUNTS
from metrics.registry import Asked, Input, Read

GIVEN = """
SELECT account.id, account.currency, decision.starts_on, rule.pool_id, decision.member_id
FROM accounts_routingdecision decision
JOIN accounts_routingrule rule ON rule.id = decision.rule_id
JOIN accounts_account account ON account.id = decision.account_id
WHERE rule.pool_id IS NOT NULL AND decision.how = ANY(%(how)s)
      AND decision.starts_on >= %(since)s AND decision.starts_on < %(until)s AND {where}
ORDER BY decision.starts_on, decision.id"""


class Given(NamedTuple):
    account: int
    currency: str
    day: date
    pool: int
    member: int


@dataclass(frozen=True)
class Turns(Rows):
    """What was given in a stretch, and the pools as they are now; `own` are the accounts that
    are seen, None for all."""

    pools: Sequence[Pool] = ()
    own: list[int] | None = None

    def carried(self, pool: Pool, on: date) -> dict[int, int]:
        """The load of each member on the day, in the pool's measure."""
        members = [seat.member_id for seat in pool.members.all()]
        return loads(members=members, pool=pool, on=on, accounts=self.own)


def read(asked: Asked) -> Read:
    """What rules gave in the period to somebody of a pool, of the accounts that are seen."""
    values = {
        "how": [How.RULE, How.CATCH_ALL],
        "since": min(start for start, _ in asked.stretches),
        "until": max(end for _, end in asked.stretches),
    }
    rows = fetch(GIVEN, Given, asked, {}, values)
    pools = list(Pool.objects.prefetch_related("members"))
    return of_stretches(asked, rows, partial(Turns, pools=pools, own=asked.ids.get(ACCOUNTS)))


TURNS = Input(read, True, (), ())
