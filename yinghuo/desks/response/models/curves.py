"""Runs of the epidemic curve: what was estimated and forecast from which figures."""

__all__: list[str] = []
