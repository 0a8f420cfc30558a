"""What becomes effective: each file knows one kind of it."""
