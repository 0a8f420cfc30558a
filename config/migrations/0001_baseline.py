"""What later tables stand on; the counting of versions; what retries and nights remember."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from config.migrations.baseline.tables import TABLES
from config.rules import CreateModels, rules

COUNT = """
CREATE FUNCTION config_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    replaces = [
        ("config", "0001_extensions"),
        ("config", "0002_versions"),
        ("config", "0003_stored_responses"),
        ("config", "0004_nightly_jobs"),
    ]
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        rules(COUNT),
        CreateModels(*TABLES),
    ]
