"""Figures of the response desk."""
