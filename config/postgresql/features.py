"""Which PostgreSQL is new enough."""

from django.db.backends.postgresql import features


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)
