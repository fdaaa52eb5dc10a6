"""The readings lake: a Delta table of every reading, exactly once."""
