"""What the register says is to be read: terminals with their meters; loaded in a thread, exchanged whole."""

from collections import defaultdict
from dataclasses import dataclass

from yinghuo.desks.metering.head_end.jobs import PlannedMeter
from yinghuo.desks.metering.models import Meter, Terminal
from yinghuo.desks.metering.models.register import Admission


@dataclass(frozen=True)
class PlannedTerminal:
    """A terminal, and the meters behind it; `host` and `port` of a serial server that is dialled."""

    address: str
    protocol: str
    admission: str
    host: str = ""
    port: int = 0
    meters: tuple[PlannedMeter, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether it is read."""
        return self.admission == Admission.ADMITTED

    @property
    def blocked(self) -> bool:
        """Whether it is sent away."""
        return self.admission == Admission.BLOCKED


Plan = dict[str, PlannedTerminal]


def load_plan() -> Plan:
    """Every terminal of the register with the meters in service behind it; sync, for a thread."""
    behind: dict[str, list[PlannedMeter]] = defaultdict(list)
    meters = Meter.objects.filter(retired_on__isnull=True).order_by("terminal_id", "point")
    for row in meters.values_list("id", "address", "protocol", "point", "wiring", "terminal_id").iterator():
        behind[row[5]].append(PlannedMeter(*row[:5]))
    rows = Terminal.objects.values_list("address", "protocol", "admission", "host", "port")
    return {
        address: PlannedTerminal(address, protocol, admission, host, port or 0, tuple(behind[address]))
        for address, protocol, admission, host, port in rows.iterator()
    }
