"""Look-ups as a process of their own: few addresses, a read-only database, answers remembered for a time without it."""
