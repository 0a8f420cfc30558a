"""Tables that metrics read beside the ledger count their changes, so that no answer is stale."""

from django.db import migrations

READ = ["portfolio_product", "portfolio_segment", "portfolio_region", "portfolio_threshold"]

COUNT = """
INSERT INTO metrics_fold (id, position) VALUES (1, 0);
INSERT INTO metrics_datainputs (id, version) VALUES (1, 0);

CREATE FUNCTION metrics_count_inputs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE metrics_datainputs SET version = version + 1;
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
DELETE FROM metrics_datainputs;
DELETE FROM metrics_fold;
"""
)


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_sums"), ("portfolio", "0002_thresholds")]
    operations = [migrations.RunSQL(COUNT, FORGET)]
