"""What the worker does for the response desk; each is safe to run twice."""
