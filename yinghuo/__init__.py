"""Yinghuo: the operations system of a region that must stop an outbreak and keep working."""

__version__ = "0.1.0"
