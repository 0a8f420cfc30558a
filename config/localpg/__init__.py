"""The embedded PostgreSQL: started by the first connection, stopped when nobody is connected."""
