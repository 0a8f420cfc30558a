"""What accounts may do, as relations: one text for one account and for a million.

Which version of a plan counts for a line is decided here and nowhere else (`counting`). A text
takes the parameters of `asked`.
"""

from collections.abc import Iterable
from datetime import date

ADDING_UP = "('add_on', 'capacity')"
LIVE = "{row}.starts_on <= %(on)s AND ({row}.ends_on IS NULL OR {row}.ends_on > %(on)s)"
OF_THESE = "(%(accounts)s::bigint[] IS NULL OR {row}.account_id = ANY (%(accounts)s))"

# The version that counts for a line: the one that a lock pins, else the one that the line has,
# else the one in force. The end of life of plan or product ends every lock. With a floor, be it
# the line's or a lock's, what that version grants counts too, feature by feature, and of the
# line's the gains since. Held by a bundle, the bundle's own version adds what it grants itself.
COUNTING = f"""
line AS MATERIALIZED (
    SELECT line.* FROM accounts_subscriptionline line
    WHERE line.voided_at IS NULL AND {LIVE.format(row="line")}
      AND {OF_THESE.format(row="line")} AND NOT line.id = ANY (%(without)s)
), in_force AS (
    SELECT id, plan_id FROM pricing_planversion version
    WHERE state = 'published' AND {LIVE.format(row="version")}
), locked AS (
    SELECT line.id AS line_id, held.plan_version_id, held.mode
    FROM line JOIN accounts_entitlementlock held
      ON held.root_id = coalesce(line.root_id, line.id) AND {LIVE.format(row="held")}
    JOIN pricing_plan promised ON promised.id = line.plan_id
    LEFT JOIN portfolio_product product ON product.id = line.product_id
    WHERE coalesce(least(promised.end_of_life_on, product.end_of_life_on) > %(on)s, true)
), counting AS (
    SELECT line.*, line.plan_id AS granting_id,
           coalesce(locked.plan_version_id, line.plan_version_id, in_force.id) AS version_id
    FROM line LEFT JOIN in_force ON in_force.plan_id = line.plan_id
    LEFT JOIN locked ON locked.line_id = line.id AND locked.mode = 'pin'
    UNION ALL
    SELECT line.*, line.plan_id, locked.plan_version_id
    FROM line JOIN locked ON locked.line_id = line.id AND locked.mode = 'floor'
    UNION ALL
    SELECT line.*, line.plan_id, version.id
    FROM line
    JOIN pricing_planversion floored ON floored.id = line.floor_version_id
    LEFT JOIN pricing_planversion pinned ON pinned.id = line.plan_version_id
    JOIN pricing_planversion version ON version.plan_id = line.plan_id
     AND version.state = 'published' AND version.number >= floored.number
     AND (version.id = floored.id OR version.existing_treatment = 'gains_only')
     AND (pinned.id IS NULL OR version.number < pinned.number)
    WHERE NOT EXISTS (SELECT FROM locked WHERE line_id = line.id AND mode = 'pin')
    UNION ALL
    SELECT line.*, line.bundle_plan_id, in_force.id
    FROM line JOIN in_force ON in_force.plan_id = line.bundle_plan_id
)"""

# A trial of a feature lets do everything with it; one of a plan grants what the plan does.
TRIALS = f"""
open_trial AS (
    SELECT trial.id, trial.account_id, trial.feature_id, trial.plan_id
    FROM accounts_trial trial
    WHERE {LIVE.format(row="trial")} AND {OF_THESE.format(row="trial")}
      AND (trial.max_uses IS NULL OR trial.max_uses > (
           SELECT count(*) FROM accounts_trialuse used
           WHERE used.trial_id = trial.id AND used.day <= %(on)s))
)"""

# account, feature, what it comes from and how much that grants; what adds up stands apart. A
# plan counts once, however many charges it has; packs count as often as they are held.
SOURCES = f"""
{COUNTING}, {TRIALS}, plan_source AS (
    SELECT counting.account_id, grants.feature_id, 'line' AS source, min(counting.id) AS ref,
           counting.granting_id AS plan_id, max(grants.plan_version_id) AS version_id,
           plan.kind IN {ADDING_UP} AS adds, bool_or(grants.flag) AS flag,
           max(grants.quantity) * CASE WHEN plan.kind IN {ADDING_UP} THEN coalesce(max(
               CASE WHEN charge.feature_id IS NULL OR charge.feature_id = grants.feature_id
               THEN counting.quantity END), 1) ELSE 1 END AS quantity,
           bool_or(grants.unlimited) AS unlimited,
           max(array_position(feature.levels, grants.level)) AS place
    FROM counting
    JOIN pricing_plan plan ON plan.id = counting.granting_id
    JOIN pricing_charge charge ON charge.id = counting.charge_id
    JOIN pricing_entitlement grants ON grants.plan_version_id = counting.version_id
    JOIN pricing_feature feature ON feature.id = grants.feature_id
    GROUP BY counting.account_id, counting.subscription_id, counting.granting_id, plan.kind,
             counting.instance, grants.feature_id
), trial_source AS (
    SELECT trial.account_id, feature.id AS feature_id, 'trial' AS source, trial.id AS ref,
           NULL::bigint AS plan_id, NULL::bigint AS version_id, false AS adds,
           CASE WHEN feature.value_type = 'flag' THEN true END AS flag, NULL::numeric AS quantity,
           feature.value_type = 'quantity' AS unlimited,
           CASE WHEN feature.value_type = 'level' THEN cardinality(feature.levels) END AS place
    FROM open_trial trial JOIN pricing_feature feature ON feature.id = trial.feature_id
    UNION ALL
    SELECT trial.account_id, grants.feature_id, 'trial', trial.id, plan.id, in_force.id,
           plan.kind IN {ADDING_UP}, grants.flag, grants.quantity, grants.unlimited,
           array_position(feature.levels, grants.level)
    FROM open_trial trial
    JOIN pricing_plan plan ON plan.id = trial.plan_id
    JOIN in_force ON in_force.plan_id = plan.id
    JOIN pricing_entitlement grants ON grants.plan_version_id = in_force.id
    JOIN pricing_feature feature ON feature.id = grants.feature_id
), wished_source AS (
    SELECT account.id AS account_id, grants.feature_id, 'wish' AS source, plan.id AS ref,
           plan.id AS plan_id, in_force.id AS version_id, plan.kind IN {ADDING_UP} AS adds,
           grants.flag, grants.quantity, grants.unlimited,
           array_position(feature.levels, grants.level) AS place
    FROM unnest(%(accounts)s::bigint[]) AS account (id), in_force
    JOIN pricing_plan plan ON plan.id = in_force.plan_id AND plan.id = ANY (%(wished)s)
    JOIN pricing_entitlement grants ON grants.plan_version_id = in_force.id
    JOIN pricing_feature feature ON feature.id = grants.feature_id
), source AS (
    TABLE plan_source UNION ALL TABLE trial_source UNION ALL TABLE wished_source
)"""

# The best of what is granted, and the sum of what adds up; an override has the last word.
# `lasting` is the same without trials, for telling what is only tried.
EFFECTIVE = f"""
{SOURCES}, combined AS (
    SELECT account_id, feature_id, bool_or(flag) AS flag, bool_or(unlimited) AS unlimited,
           coalesce(max(quantity) FILTER (WHERE NOT adds), 0)
           + coalesce(sum(quantity) FILTER (WHERE adds), 0) AS quantity,
           max(place) AS place,
           bool_or(flag) FILTER (WHERE source <> 'trial') AS lasting_flag,
           bool_or(unlimited) FILTER (WHERE source <> 'trial') AS lasting_unlimited,
           coalesce(max(quantity) FILTER (WHERE NOT adds AND source <> 'trial'), 0)
           + coalesce(sum(quantity) FILTER (WHERE adds AND source <> 'trial'), 0)
           AS lasting_quantity,
           max(place) FILTER (WHERE source <> 'trial') AS lasting_place
    FROM source GROUP BY account_id, feature_id
), override AS (
    SELECT override.*, array_position(feature.levels, override.level) AS place
    FROM accounts_entitlementoverride override
    JOIN pricing_feature feature ON feature.id = override.feature_id
    WHERE {LIVE.format(row="override")} AND {OF_THESE.format(row="override")}
), effective AS (
    SELECT account_id, feature_id, override.id AS override_id,
           CASE WHEN override.id IS NULL THEN coalesce(combined.flag, false)
                ELSE coalesce(override.flag, false) END AS flag,
           CASE WHEN override.id IS NULL THEN coalesce(combined.unlimited, false)
                ELSE override.unlimited END AS unlimited,
           CASE WHEN override.id IS NULL THEN combined.quantity
                ELSE coalesce(override.quantity, 0) END AS quantity,
           CASE WHEN override.id IS NULL THEN combined.place ELSE override.place END AS place,
           override.id IS NULL AND (
               coalesce(combined.flag, false) > coalesce(lasting_flag, false)
               OR coalesce(combined.unlimited, false) > coalesce(lasting_unlimited, false)
               OR combined.quantity > lasting_quantity
               OR coalesce(combined.place, 0) > coalesce(lasting_place, 0)) AS is_trial
    FROM combined FULL JOIN override USING (account_id, feature_id)
), used AS (
    SELECT DISTINCT ON (account_id, feature_id) account_id, feature_id, value, day
    FROM accounts_usageday used
    WHERE kind = 'use' AND day <= %(on)s AND day > %(on)s - %(fresh)s::int
      AND {OF_THESE.format(row="used")}
    ORDER BY account_id, feature_id, day DESC
)"""

# Use against limits, of everything that is counted and limited; nothing of a limit of nought
# is told as 1 once somebody uses any.
RATIOS = f"""
WITH {EFFECTIVE}
SELECT account_id, feature_id, used.value, effective.quantity,
       CASE WHEN effective.quantity > 0 THEN used.value / effective.quantity ELSE 1 END AS ratio
FROM used JOIN effective USING (account_id, feature_id)
JOIN pricing_feature feature ON feature.id = feature_id AND feature.value_type = 'quantity'
WHERE NOT effective.unlimited AND used.value > 0
  AND used.value >= %(at_least)s * effective.quantity"""


def asked(
    *,
    on: date,
    fresh: int,
    accounts: Iterable[int] | None = None,
    without: Iterable[int] = (),
    wished: Iterable[int] = (),
) -> dict[str, object]:
    """The parameters of a question: a day, whose (None: everybody's), and what if.

    `without` are lines that are looked away from, `wished` plans that are looked at as if held.
    """
    return {
        "on": on,
        "fresh": fresh,
        "accounts": None if accounts is None else list(accounts),
        "without": list(without),
        "wished": list(wished),
    }
