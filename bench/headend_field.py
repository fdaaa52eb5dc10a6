"""The simulated field of bench/headend.py, in a process of its own: writes its register, then dials when told to."""

import sys
from datetime import UTC, datetime
from pathlib import Path


def main(meters: int, terminals: int, folder: Path) -> None:
    """Prints "ready" when the register is written; "call PORT" on standard input lets the terminals dial."""
    from yinghuo.demo.meters.field import Field
    from yinghuo.demo.meters.files import write_registers
    from yinghuo.demo.meters.fleet import Plan

    serial, other = terminals // 7, terminals * 2 // 7
    protocols = {"gdw376": terminals - serial - other, "dlt698": other, "dlt645": serial}
    plan = Plan(meters=meters, terminals=terminals, protocols=protocols, start=datetime.now(UTC), days=1)
    with Field(plan) as field:
        write_registers(field.fleet, folder, now_s=field.now_s())
        print("ready", flush=True)
        for line in sys.stdin:
            if line.startswith("call"):
                field.call("127.0.0.1", int(line.split()[1]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
