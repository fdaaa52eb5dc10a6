"""SORMAS: the CSV files of its imports of cases (with samples and tests), contacts and events."""

from yinghuo.engines.exchange.sormas.reading import read
from yinghuo.engines.exchange.sormas.words import HOLDS
from yinghuo.engines.exchange.sormas.writing import write

__all__ = ["HOLDS", "read", "write"]
