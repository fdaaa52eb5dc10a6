"""Go.Data (WHO): arrays of its API as JSON, or flat tables with its property names as heads."""

from yinghuo.engines.exchange.godata.reading import read
from yinghuo.engines.exchange.godata.words import HOLDS
from yinghuo.engines.exchange.godata.writing import write

__all__ = ["HOLDS", "read", "write"]
