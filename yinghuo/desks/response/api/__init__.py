"""Doors of the response desk for other systems and phones."""
