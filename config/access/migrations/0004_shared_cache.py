"""The table that the processes share for their limits on signing in (Django's database cache)."""

from django.db import migrations

# As `createcachetable` would make it; here because only the owner makes tables.
CREATE = """
    CREATE TABLE shared_cache (
        cache_key varchar(255) PRIMARY KEY,
        value text NOT NULL,
        expires timestamp with time zone NOT NULL
    );
    CREATE INDEX shared_cache_expires ON shared_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_audit")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE shared_cache")]
