"""Tables of rows that metrics read count their changes, in lanes so that writers do not wait."""

from django.db import migrations

READ = [
    "accounts_assignment",
    "accounts_experiment",
    "accounts_member",
    "accounts_opportunity",
    "accounts_pool",
    "accounts_poolmember",
    "accounts_routingdecision",
    "accounts_signal",
    "accounts_signalrule",
    "accounts_subscriptionline",
    "accounts_variant",
    "portfolio_benchmark",
    "pricing_plan",
]

COUNT = """
CREATE OR REPLACE FUNCTION metrics_count_inputs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_datainputs AS inputs (id, version) VALUES ({lane}, 1)
    ON CONFLICT (id) DO UPDATE SET version = inputs.version + 1;
    RETURN NULL;
END $$;
"""
# A statement that changes no row is no change.
COUNT_ROWS = """
CREATE FUNCTION metrics_count_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed) THEN
        INSERT INTO metrics_datainputs AS inputs (id, version)
        VALUES (pg_backend_pid() % 256 + 1, 1)
        ON CONFLICT (id) DO UPDATE SET version = inputs.version + 1;
    END IF;
    RETURN NULL;
END $$;
"""
EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
EACH = [(table, event) for table in READ for event in EVENTS]
WATCH = COUNT_ROWS + "".join(
    f"""
CREATE TRIGGER {event}_counts_for_metrics AFTER {event} ON {table}
REFERENCING {EVENTS[event]} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION metrics_count_rows();
"""
    for table, event in EACH
)
FORGET = "".join(f"DROP TRIGGER {event}_counts_for_metrics ON {table};\n" for table, event in EACH)
FORGET += "DROP FUNCTION metrics_count_rows();"
# Going back, the one row takes what the others have counted: the version must not fall.
ONE_ROW = """
INSERT INTO metrics_datainputs AS inputs (id, version)
SELECT 1, sum(version) FROM metrics_datainputs WHERE id <> 1 HAVING count(*) > 0
ON CONFLICT (id) DO UPDATE SET version = inputs.version + excluded.version;
DELETE FROM metrics_datainputs WHERE id <> 1;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0026_signals"),
        ("metrics", "0003_movements_and_columns"),
        ("portfolio", "0007_benchmarks"),
        ("pricing", "0001_plans"),
    ]
    operations = [
        migrations.RemoveConstraint("datainputs", "datainputs_is_one_row"),
        migrations.RunSQL(
            COUNT.format(lane="pg_backend_pid() % 256 + 1"), COUNT.format(lane="1") + ONE_ROW
        ),
        migrations.RunSQL(WATCH, FORGET),
    ]
