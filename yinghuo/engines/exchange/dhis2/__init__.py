"""DHIS2 tracker JSON: the payload of POST /api/tracker, nested or flat, by a mapping of an installation's UIDs."""

from yinghuo.engines.exchange.dhis2.mapping import EXAMPLE, Mapping, mapping_of
from yinghuo.engines.exchange.dhis2.reading import read
from yinghuo.engines.exchange.dhis2.writing import HOLDS, PARAMETERS, write

__all__ = ["EXAMPLE", "HOLDS", "PARAMETERS", "Mapping", "mapping_of", "read", "write"]
