"""Eight desks of one shape; no desk imports another."""
