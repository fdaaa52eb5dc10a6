"""The register files of a simulated fleet, as `yinghuo meters load` takes them: columns are the models' fields."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from yinghuo.demo.meters.fleet import INSTALLED, Fleet, SimulatedMeter, SimulatedTerminal
from yinghuo.engines.meters.simulation.moments import moment

HOST = "127.0.0.1"
KVA_A_KW = 1.5


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Writes rows of one kind as CSV; nothing where there is none."""
    kept = list(rows)
    if not kept:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(kept[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def write_registers(fleet: Fleet, folder: Path, *, now_s: float) -> None:
    """Writes transformers.csv, terminals.csv and meters.csv."""
    registered_at = moment(now_s).replace(microsecond=0).isoformat()
    terminals = list(fleet.terminals.values())
    write_rows(folder / "transformers.csv", [_transformer(one) for one in terminals])
    write_rows(folder / "terminals.csv", [_terminal(one, registered_at) for one in terminals])
    write_rows(folder / "meters.csv", [_meter(one) for one in fleet.meters.values()])


def transformer_code(terminal: str) -> str:
    """The invented code of the transformer at a terminal."""
    return f"SIM-{terminal}"


def _transformer(terminal: SimulatedTerminal) -> dict[str, object]:
    peak_kw = sum(one.customer.mean_kw for one in terminal.meters.values())
    return {
        "code": transformer_code(terminal.address),
        "name": f"虚构台区{terminal.address[-5:]}",
        "area_code": terminal.area_code,
        "rated_kva": max(50, round(peak_kw * KVA_A_KW / 10) * 10),
    }


def _terminal(terminal: SimulatedTerminal, registered_at: str) -> dict[str, object]:
    return {
        "address": terminal.address,
        "protocol": terminal.protocol,
        "admission": "admitted",
        "area_code": terminal.area_code,
        "host": HOST if terminal.port else "",
        "port": terminal.port or "",
        "name": f"虚构终端{terminal.address[-5:]}",
        "registered_at": registered_at,
    }


def _meter(meter: SimulatedMeter) -> dict[str, object]:
    spec, customer = meter.device.meter.spec, meter.customer
    return {
        "address": meter.address,
        "protocol": meter.protocol,
        "terminal": meter.terminal,
        "point": meter.point,
        "transformer": transformer_code(meter.terminal),
        "party_id": "",
        "area_code": meter.area_code,
        "customer_class": customer.customer_class,
        "wiring": spec.wiring,
        "rated_v": spec.rated_v,
        "rated_a": spec.rated_a,
        "max_a": spec.max_a,
        "ct_ratio": customer.ct_ratio,
        "pt_ratio": customer.pt_ratio,
        "contract_kw": "" if customer.contract_kw is None else customer.contract_kw,
        "tariffs": 4,
        "installed_on": INSTALLED.isoformat(),
        "retired_on": "",
    }
