"""A contract book names a customer that there is; codes of customers never change."""

from django.db import migrations

NAMES = """
ALTER TABLE pricing_pricebook ADD CONSTRAINT pricebook_names_a_customer
    FOREIGN KEY (account_code) REFERENCES accounts_account (code);
"""
FORGETS = "ALTER TABLE pricing_pricebook DROP CONSTRAINT pricebook_names_a_customer;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_what_lines_rely_on"), ("pricing", "0010_prices")]
    operations = [migrations.RunSQL(NAMES, FORGETS)]
