"""Tables that metrics read beside the ledger count their changes, so that no answer is stale."""

from django.db import migrations

READ = ["portfolio_product", "portfolio_segment", "portfolio_region", "portfolio_threshold"]

COUNT = """
CREATE FUNCTION metrics_count_inputs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_datainputs AS inputs (id, version) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET version = inputs.version + 1;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_counts_for_metrics AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION metrics_count_inputs();
"""
    for table in READ
)
FORGET = (
    "".join(f"DROP TRIGGER {table}_counts_for_metrics ON {table};\n" for table in READ)
    + """
DROP FUNCTION metrics_count_inputs();
"""
)


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_sums"), ("portfolio", "0002_thresholds")]
    operations = [migrations.RunSQL(COUNT, FORGET)]
