"""A contract book names a customer that there is; codes of customers never change."""

from django.db import migrations

NAMES = """
ALTER TABLE pricing_pricebook ADD CONSTRAINT pricebook_names_a_customer
    FOREIGN KEY (account_code) REFERENCES accounts_account (code);
"""
FORGETS = "ALTER TABLE pricing_pricebook DROP CONSTRAINT pricebook_names_a_customer;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_owners_audited"), ("pricing", "0009_prices")]
    operations = [migrations.RunSQL(NAMES, FORGETS)]
