"""The demo: an invented company, its customers, and the people who work there."""
