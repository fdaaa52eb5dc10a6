"""The clock of the house, as `web` calls it; pages of the desks read the same one in `yinghuo/console/clock.py`."""

from yinghuo.console.clock import now

__all__ = ["now"]
