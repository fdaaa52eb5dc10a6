"""Plans of a round, saved with their campaign."""

__all__: list[str] = []
