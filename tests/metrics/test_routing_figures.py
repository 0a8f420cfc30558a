"""Whether members of pools get what their weights say, by figures."""

from datetime import date

import pytest

from accounts.models import OwnerRole, Strategy
from accounts.ownership import assign
from metrics.tables import table
from tests.factories import AccountFactory
from tests.factories.figures import figure
from tests.factories.people import of_role, program_of
from tests.factories.routing import DAY, active_rules, csm_led, members_of, pool_of, routed

pytestmark = pytest.mark.django_db

JUNE = {"start": "2026-06-01", "end": "2026-07-01"}


def of_pool(client, pool, **asked) -> dict:
    answer = figure(client, "routing-balance", **{**JUNE, **asked})
    return {row["member"]: row for row in answer["rows"] if row["pool"] == pool.code}


def test_turns_by_weight_are_what_the_weights_say(api):
    pool = pool_of(300, 100)
    heavy, light = (member.pk for member in members_of(pool))
    active_rules(csm_led(), {"pool": pool, "strategy": Strategy.WEIGHTED})
    for _ in range(8):
        routed()

    answer = figure(api, "routing-balance", **JUNE)
    rows = of_pool(api, pool)

    assert (answer["value"], answer["n"]) == (0, 8)
    assert [rows[m]["assignments"] for m in (heavy, light)] == [6, 2]
    assert [rows[m]["share"] for m in (heavy, light)] == [0.75, 0.25]
    assert [rows[m]["weight_share"] for m in (heavy, light)] == [0.75, 0.25]
    assert [rows[m]["load"] for m in (heavy, light)] == [6, 2]
    assert [group["key"] for group in answer["groups"]] == [{"pool": pool.code}]


def test_the_distance_is_that_of_the_worst_off(api):
    """Equal turns where the weights say three to one: 50 % against 75 %."""
    pool = pool_of(300, 100)
    active_rules(csm_led(), {"pool": pool})
    for _ in range(4):
        routed()

    assert figure(api, "routing-balance", **JUNE)["value"] == 0.25


def test_its_table_tells_each_member_of_a_pool_once(api):
    pools = [pool_of(300, 100), pool_of(100)]
    active_rules(csm_led(), {"pool": pools[0]})
    routed()
    active_rules(csm_led(), {"pool": pools[1]})
    routed()

    for asked, periods in ((JUNE, 1), ({**JUNE, "end": "2026-08-01", "interval": "month"}, 2)):
        answer = figure(api, "routing-balance", **asked)
        columns, lines = table(answer)
        told = [(line["pool"], line["member"], line.get("start")) for line in lines]
        assert len(told) == len(set(told)) == len(answer["rows"]) == 3 * periods
        assert columns.index("pool") < columns.index("member")


def test_what_was_given_before_the_period_is_load_and_no_assignment(api):
    pool = pool_of(100, 100)
    first, second = (member.pk for member in members_of(pool))
    active_rules(csm_led(), {"pool": pool})
    for day in (date(2026, 6, 1), date(2026, 6, 2), date(2026, 7, 1)):
        routed(on=day)

    july = of_pool(api, pool, start="2026-07-01", end="2026-08-01")

    assert [july[m]["assignments"] for m in (first, second)] == [1, 0]
    assert [july[m]["load"] for m in (first, second)] == [2, 1]
    assert figure(api, "routing-balance", start="2026-05-01", end="2026-06-01")["value"] is None


def test_accounts_that_are_given_by_hand_are_load_alone(api):
    pool = pool_of(100, 100)
    first, second = members_of(pool)
    active_rules(csm_led(), {"pool": pool})
    routed()
    assign(account=AccountFactory(), role=OwnerRole.CSM, member=second, starts_on=DAY)

    rows = of_pool(api, pool)

    assert [rows[m.pk]["assignments"] for m in (first, second)] == [1, 0]
    assert [rows[m.pk]["load"] for m in (first, second)] == [1, 1]


def test_a_manager_sees_the_balance_of_the_accounts_they_see(api):
    pool = pool_of(100, 100)
    first, _ = members_of(pool)
    active_rules(csm_led(), {"pool": pool})
    for _ in range(4):
        routed()
    first.user.groups.set(of_role("csm").groups.all())

    rows = of_pool(program_of(first.user), pool)

    assert [row["assignments"] for row in rows.values()] == [2, 0]
    assert [row["load"] for row in rows.values()] == [2, 0]
