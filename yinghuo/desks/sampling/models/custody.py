"""Custody: labels printed, boxes checked, tubes received, carriage plans."""

__all__: list[str] = []
