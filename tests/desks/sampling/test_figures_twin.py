"""Every figure of the sampling desk equals a slow count in Python, on random small worlds."""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.figure_world import Row, after, corrected, keep, result, sealed, site, swab, voided
from yinghuo.core.figures import queries
from yinghuo.core.figures.registry import all_figures
from yinghuo.desks.sampling.actions.corrections import CORRECTED, VOIDED
from yinghuo.desks.sampling.actions.facts import RESULTS, SEALED, SWABS

pytestmark = pytest.mark.django_db
KEYS = [figure.key for figure in all_figures() if figure.key.startswith("sampling.")]
AREAS = ("220104001", "220104002", "220202001")
OPEN_RESULTS = {"grey", "invalid"}


@dataclass
class World:
    """The facts of a small world, told apart by whether they came before or after the size that is asked."""

    early: list[tuple[str, Row]]
    late: list[tuple[str, Row]]
    places: dict[int, str]


def twin(world: World, area: str, first: int, last: int) -> dict[str, Decimal | None]:
    """Every figure by plain loops over the early facts."""
    kinds = ("swab", "seal", "result", "correction", "void")
    recorded, seals, results, said_of, voids = ([row for kind, row in world.early if kind == name] for name in kinds)
    void = {row["tube"] for row in voids}
    swabs = [row for row in as_corrected(recorded, said_of) if row["tube"] not in void]

    def within(row: Row) -> bool:
        here = area == "" or world.places.get(int(str(row["site"])), "x").startswith(area)
        return here and timely(row)

    def timely(row: Row) -> bool:
        return after(first).isoformat() <= str(row["at"]) < after(last).isoformat()

    from_here = {
        row["tube"]
        for row in recorded + seals
        if area == "" or world.places.get(int(str(row["site"])), "x").startswith(area)
    }
    mine = [row for row in swabs if within(row)]
    said = [row for row in results if timely(row) and (area == "" or row["tube"] in from_here)]
    tubes = {row["tube"] for row in mine}
    latest = {row["tube"]: row for row in sorted(results, key=in_time)}
    return {
        "swabs": Decimal(len(mine)),
        "people": Decimal(len({row["person"] for row in mine})),
        "samplers": Decimal(len({row["device"] for row in mine})),
        "mean_fill": Decimal(len(mine)) / len(tubes) if tubes else None,
        "tubes": Decimal(len({row["tube"] for row in seals if within(row)} - void)),
        "results": Decimal(len({row["tube"] for row in said})),
        "laboratory_staff": Decimal(len({row["technician"] for row in said})),
        "vehicles": Decimal(len({row["vehicle"] for row in said} - {""})),
        "positive_tubes": Decimal(sum(row is latest[row["tube"]] and row["result"] == "positive" for row in said)),
        "recollected": Decimal(len({row["person"] for row in mine if answers_a_call(row, swabs, results)})),
    }


def as_corrected(swabs: list[Row], corrections: list[Row]) -> list[Row]:
    """The swabs that were not undone, each in the tube that the last word on it names."""
    last = {str(row["swab"]): row for row in sorted(corrections, key=in_time)}
    said = [(row, last.get(str(row["id"]))) for row in swabs]
    return [
        row | {"tube": word["to_tube"] if word else row["tube"]} for row, word in said if not word or word["to_tube"]
    ]


def answers_a_call(single: Row, swabs: list[Row], results: list[Row]) -> bool:
    """Whether this swab, alone in its tube, follows a tube of the same person that stood open at that moment."""
    members = Counter(row["tube"] for row in swabs)
    if members[single["tube"]] > 1:
        return False
    for tube in {row["tube"] for row in swabs if row["person"] == single["person"]} - {single["tube"]}:
        said = sorted((row for row in results if row["tube"] == tube and row["at"] < single["at"]), key=in_time)
        stands = said[-1]["result"] if said else ""
        if stands in OPEN_RESULTS or (stands == "positive" and members[tube] > 1):
            return True
    return False


def in_time(row: Row) -> tuple[str, UUID]:
    return str(row["at"]), UUID(str(row["id"]))


MINUTES = st.integers(0, 5).map(lambda hour: hour * 60)
TUBES = st.sampled_from(["A001", "A002", "A0021"])
SPOTS = st.sampled_from([0, 0, 1, 2, 3])  # the last is a site that nobody knows
LATE = st.sampled_from([False, False, True])
SWAB = st.tuples(st.just("swab"), TUBES, SPOTS, MINUTES, st.sampled_from("pqr"))
SEAL = st.tuples(st.just("seal"), TUBES, SPOTS, MINUTES)
SAID = st.sampled_from(["negative", "positive", "positive", "grey", "invalid"])
RESULT = st.tuples(
    st.just("result"), TUBES, SAID, MINUTES, st.sampled_from(["T1", "T2"]), st.sampled_from(["", "V1", "V2"])
)
CORRECTION = st.tuples(st.just("correction"), st.integers(0, 6), st.sampled_from(["", "A001", "A002", "A003"]), MINUTES)
VOID = st.tuples(st.just("void"), TUBES, st.just(0), MINUTES)
FACTS = st.builds(
    lambda *lists: [fact for facts in lists for fact in facts],
    st.lists(st.tuples(SWAB, LATE), max_size=7),
    st.lists(st.tuples(SEAL, LATE), max_size=3),
    st.lists(st.tuples(RESULT, LATE), max_size=5),
    st.lists(st.tuples(CORRECTION, LATE), max_size=4),
    st.lists(st.tuples(VOID, st.sampled_from([True, True, False])), max_size=1),
)


def settle(drawn: list[tuple[tuple, bool]]) -> World:
    """Turns what was drawn into facts at three sites and one unknown one."""
    sites = [site(code).id for code in AREAS]
    world = World([], [], dict(zip(sites, AREAS, strict=True)))
    spots = [*sites, sites[-1] + 1_000]
    for number, ((kind, tube, *more), late) in enumerate(drawn):
        match kind:
            case "swab":
                row = swab(number, tube=tube, person=more[2], where=spots[more[0]], minute=more[1])
            case "seal":
                row = sealed(number, tube=tube, where=spots[more[0]], minute=more[1])
            case "correction":
                swabs = [row for name, row in world.early + world.late if name == "swab"]
                if not swabs:
                    continue
                row = corrected(number, of=swabs[int(tube) % len(swabs)], to=more[0], minute=more[1])
            case "void":
                row = voided(number, tube=tube, where=spots[0], minute=more[1])
            case _:
                lab = {"technician": more[2], "vehicle": more[3]}
                row = result(number, tube=tube, said=more[0], minute=more[1], **lab)
        (world.late if late else world.early).append((kind, row))
    return world


def keep_all(rows: list[tuple[str, Row]]) -> None:
    tables = {"swab": SWABS, "seal": SEALED, "result": RESULTS, "correction": CORRECTED, "void": VOIDED}
    for name, table in tables.items():
        batch = [row for kind, row in rows if kind == name]
        for start in range(0, len(batch), 3):
            keep(table, *batch[start : start + 3])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=FACTS,
    area=st.sampled_from(["", "2201", "220104002", "2202", "2203"]),
    first=st.sampled_from([0, 0, 0, 60, 120]),
    hours=st.sampled_from([1, 3, 9, 9, 9]),
)
def test_every_figure_equals_its_slow_twin_whatever_came_later(
    drawn: list[tuple[tuple, bool]], area: str, first: int, hours: int
) -> None:
    with transaction.atomic():
        world = settle(drawn)
        keep_all(world.early)
        size = queries.tree_size()
        keep_all(world.late)
        period = {"first": after(first), "last": after(first + 60 * hours)}
        asked = [queries.ask(key, area=area, size=size, **period) for key in KEYS]
        counted = {value.figure.key.partition(".")[2]: value.value for value in queries.compute_many(asked)}
        slow = twin(world, area, first, first + 60 * hours)
        if slow["mean_fill"] is not None:
            slow["mean_fill"] = slow["mean_fill"].quantize(Decimal("0.01"), ROUND_HALF_UP)
        for one, value in zip(asked, queries.compute_many(asked), strict=True):
            records = list(queries.all_evidence(one))
            assert len(records) == len({record.line for record in records}) == value.records
            assert len({record.entry_id for record in records}) == value.entries
        transaction.set_rollback(True)
    assert counted == slow
