"""The facts of the scenario as items of JSON, each written once, straight from the columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from yinghuo.demo.scenario.shapes import HOUR_MS, Floats, Ints, Outcome, Scenario, Texts

CHINA_OFFSET_MS, CHINA_SUFFIX = 8 * HOUR_MS, "+08:00"
OUTCOMES = [outcome.name.lower() for outcome in Outcome]
STAGES = ["collected", "received"]


@dataclass(frozen=True)
class Ids:
    """What only the installation knows: the pseudonym of each person and the number of each site, by index."""

    person_ids: Sequence[str]
    site_ids: Sequence[int]


@dataclass(frozen=True)
class Wire:
    """Writes items of one scenario for one installation; rows are indices into its columns, items keep their order."""

    scenario: Scenario
    ids: Ids

    def swabs(self, tubes: Ints) -> list[str]:
        """All swabs of these tubes."""
        all_swabs, all_tubes = self.scenario.swabs, self.scenario.tubes
        fill = all_tubes.swabs[tubes]
        rows = np.repeat(all_tubes.first[tubes] - np.cumsum(fill) + fill, fill) + np.arange(fill.sum())
        people = [self.ids.person_ids[person] for person in all_swabs.person[rows].tolist()]
        columns = (
            _texts(all_swabs.id[rows]),
            _texts(np.repeat(all_tubes.code[tubes], fill)),
            [f'"person":"{person}"' for person in people],
            iso_times(all_swabs.at_ms[rows]),
            self._sites(np.repeat(all_tubes.site[tubes], fill)),
        )
        shown = all_swabs.identity[rows]
        for place in np.flatnonzero(shown >= 0).tolist():
            columns[2][place] = self._identity(int(shown[place]))
        return [
            f'{{"id":"{id_}","tube":"{tube}",{who},"at":"{at}","site":{site}}}'
            for id_, tube, who, at, site in zip(*columns, strict=True)
        ]

    def sealed(self, rows: Ints) -> list[str]:
        """The sealing of these tubes."""
        tubes = self.scenario.tubes
        columns = (
            _texts(tubes.id[rows]),
            _texts(tubes.code[rows]),
            iso_times(tubes.sealed_ms[rows]),
            self._sites(tubes.site[rows]),
            tubes.sealed_count[rows].tolist(),
        )
        return [
            f'{{"id":"{id_}","tube":"{tube}","at":"{at}","site":{site},"count":{count}}}'
            for id_, tube, at, site, count in zip(*columns, strict=True)
        ]

    def boxes(self, rows: Ints) -> list[str]:
        """The packing of these boxes."""
        boxes = self.scenario.boxes
        columns = (
            _texts(boxes.id[rows]),
            _texts(boxes.code[rows]),
            iso_times(boxes.at_ms[rows]),
            self._sites(boxes.site[rows]),
            boxes.said[rows].tolist(),
            _texts(boxes.seal[rows]),
            [self._codes_in(box) for box in rows.tolist()],
        )
        return [
            f'{{"id":"{id_}","box":"{box}","at":"{at}","site":{site},"count":{count},"seal":"{seal}","tubes":[{tubes}]}}'
            for id_, box, at, site, count, seal, tubes in zip(*columns, strict=True)
        ]

    def handovers(self, rows: Ints) -> list[str]:
        """These hand-overs; the vehicle is the courier's on both ends."""
        handed, boxes = self.scenario.handovers, self.scenario.boxes
        box = handed.box[rows]
        columns = (
            _texts(handed.id[rows]),
            _texts(boxes.code[box]),
            iso_times(handed.at_ms[rows]),
            [STAGES[stage] for stage in handed.stage[rows].tolist()],
            [self.scenario.devices[device].code for device in boxes.courier[box].tolist()],
            handed.count[rows].tolist(),
            _numbers(handed.temperature_c[rows]),
        )
        return [
            f'{{"id":"{id_}","box":"{box}","at":"{at}","stage":"{stage}","vehicle":"{car}","count":{count},'
            f'"temperature_c":{temperature}}}'
            for id_, box, at, stage, car, count, temperature in zip(*columns, strict=True)
        ]

    def results(self, rows: Ints) -> list[str]:
        """These results; the message is the vehicle's own running number."""
        results, devices = self.scenario.results, self.scenario.devices
        columns = (
            _texts(results.id[rows]),
            _texts(self.scenario.tubes.code[results.tube[rows]]),
            [devices[device].code for device in results.laboratory[rows].tolist()],
            results.message[rows].tolist(),
            iso_times(results.at_ms[rows]),
            [OUTCOMES[outcome] for outcome in results.outcome[rows].tolist()],
            _numbers(results.ct_orf1ab[rows]),
            _numbers(results.ct_n[rows]),
            [self.scenario.technicians[technician] for technician in results.technician[rows].tolist()],
        )
        return [
            f'{{"id":"{id_}","tube":"{tube}","message":"{car}-{number:07d}","at":"{at}","result":"{outcome}",'
            f'"ct_orf1ab":{orf1ab},"ct_n":{n},"technician":"{technician}","vehicle":"{car}"}}'
            for id_, tube, car, number, at, outcome, orf1ab, n, technician in zip(*columns, strict=True)
        ]

    def _sites(self, site: Ints) -> list[int]:
        return [self.ids.site_ids[index] for index in site.tolist()]

    def _codes_in(self, box: int) -> str:
        boxes = self.scenario.boxes
        inside = self.scenario.members[boxes.first[box] : boxes.first[box] + boxes.tubes[box]]
        return ",".join(f'"{code}"' for code in _texts(self.scenario.tubes.code[inside]))

    def _identity(self, row: int) -> str:
        number, name = self.scenario.identities[row]
        return f'"identity":{msgspec.json.encode({"number": number, "name": name}).decode()}'


def iso_times(at_ms: Ints) -> list[str]:
    """Times in China's own zone, to the millisecond.

    >>> iso_times(np.array([1_652_047_200_000]))
    ['2022-05-09T06:00:00.000+08:00']
    """
    local = np.datetime_as_string((at_ms + CHINA_OFFSET_MS).astype("datetime64[ms]"), unit="ms")
    return [moment + CHINA_SUFFIX for moment in local.tolist()]


def _texts(codes: Texts) -> list[str]:
    return [str(text) for text in codes.astype(np.str_).tolist()]


def _numbers(values: Floats) -> list[str]:
    """JSON numbers, null for NaN."""
    return ["null" if value != value else f"{value:.2f}" for value in values.tolist()]
