"""What was taken in from and given out to other systems."""

__all__: list[str] = []
