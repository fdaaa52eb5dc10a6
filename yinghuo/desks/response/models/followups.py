"""The daily follow-up of contacts: what is due, what was found."""

__all__: list[str] = []
