"""The life of the embedded server, with real processes."""
