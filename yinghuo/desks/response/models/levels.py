"""Levels of places and areas: proposed by rule, confirmed by a person, published with basis, start and end."""

__all__: list[str] = []
