"""Rows that are never changed: one function says so, in the words of the trigger."""

from django.db import migrations

from config.rules import rules

REFUSE = """
CREATE FUNCTION config_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[1];
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("config", "0001_baseline")]
    operations = [rules(REFUSE)]
