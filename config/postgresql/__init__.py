"""The database backend: Django's PostgreSQL, with an owner, limits and a server that starts."""
