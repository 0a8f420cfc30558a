"""What counts the versions of every editable row."""

from django.db import migrations

COUNT = """
CREATE FUNCTION config_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("config", "0001_extensions")]
    operations = [migrations.RunSQL(COUNT, "DROP FUNCTION config_count_version();")]
