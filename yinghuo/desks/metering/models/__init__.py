"""The register of meters, terminals and transformers; sessions; what the lake holds; what validation found."""

from yinghuo.desks.metering.models.head_end import *  # noqa: F403
from yinghuo.desks.metering.models.lake import *  # noqa: F403
from yinghuo.desks.metering.models.register import LastValue, Meter, Protocol, Terminal, Transformer, Wiring
from yinghuo.desks.metering.models.validation import *  # noqa: F403

__all__ = ["LastValue", "Meter", "Protocol", "Terminal", "Transformer", "Wiring"]
