"""Tables that metrics read beside the ledger count their changes, so that no answer is stale.

They count in lanes, so that writers do not wait for one another.
"""

from config.rules import rules

FEW = ["portfolio_product", "portfolio_segment", "portfolio_region", "portfolio_threshold"]
MANY = [
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
CREATE FUNCTION metrics_count_inputs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_datainputs AS inputs (id, version) VALUES (pg_backend_pid() % 256 + 1, 1)
    ON CONFLICT (id) DO UPDATE SET version = inputs.version + 1;
    RETURN NULL;
END $$;
"""
ON_FEW = """
CREATE TRIGGER {table}_counts_for_metrics AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION metrics_count_inputs();
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
ON_MANY = """
CREATE TRIGGER {event}_counts_for_metrics AFTER {event} ON {table}
REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION metrics_count_rows();
"""
ROWS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}

# What is kept as bytes is read whole: packing it would only cost time.
UNPACKED = "ALTER TABLE metrics_keptcolumn ALTER COLUMN data SET STORAGE EXTERNAL;"

RULES = rules(
    COUNT,
    *(ON_FEW.format(table=table) for table in FEW),
    COUNT_ROWS,
    *(
        ON_MANY.format(table=table, event=event, rows=rows)
        for table in MANY
        for event, rows in ROWS.items()
    ),
    UNPACKED,
)
