"""After the result: look-up codes and visits for re-collection."""

__all__: list[str] = []
