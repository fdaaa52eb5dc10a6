"""The figures of the sampling desk, each over the facts themselves, never over the derived rows.

A fact belongs to the area of the site it was made at; a result to the areas where its tube was swabbed or sealed.
It belongs to the period that holds its own time `at`. A site counts once its ledger entry is below the asked size.
"""

from yinghuo.core.figures.registry import Figure, register
from yinghuo.core.ledger.facts import FactTable
from yinghuo.desks.sampling.actions.facts import RESULTS, SEALED, SWABS

IN_TREE = "entry_id IN (SELECT entry_id FROM ledger_leaf WHERE index < %(size)s)"
IN_PERIOD = "at >= %(first)s AND at < %(last)s"
PLACES = """
    places AS MATERIALIZED (
        SELECT p.id FROM sampling_site p
        WHERE starts_with(p.area_code, %(area)s) AND NOT EXISTS (
            SELECT FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry_id = e.id
            WHERE e.kind = 'site.added' AND e.subject = 'site:' || p.id AND (l.index IS NULL OR l.index >= %(size)s)
        )
    )"""
AT_PLACE = "(%(area)s = '' OR site IN (SELECT id FROM places))"
FROM_PLACE = f"""(%(area)s = '' OR EXISTS (
        SELECT FROM sampling_swab s
        WHERE s.tube = sampling_result.tube AND s.site IN (SELECT id FROM places) AND s.{IN_TREE}
    ) OR EXISTS (
        SELECT FROM sampling_sealed c
        WHERE c.tube = sampling_result.tube AND c.site IN (SELECT id FROM places) AND c.{IN_TREE}
    ))"""  # noqa: S608 - parts come from code, never from outside

# The latest result of a tube by the laboratory's time, as the judge has it: what it corrects does not count.
LATEST_POSITIVE = f"""result = 'positive' AND NOT EXISTS (
        SELECT FROM sampling_result later
        WHERE later.tube = sampling_result.tube AND (later.at, later.id) > (sampling_result.at, sampling_result.id)
          AND later.{IN_TREE}
    )"""

# Who was in a tube whose result leaves its people open, from when until when: such a result opens a re-collection.
CALLED = f"""
    called AS MATERIALIZED (
        SELECT member.person, member.tube, said.since, said.until
        FROM (
            SELECT r.tube, r.result, r.at AS since, lead(r.at) OVER (PARTITION BY r.tube ORDER BY r.at, r.id) AS until
            FROM sampling_result r
            WHERE r.tube IN (SELECT odd.tube FROM sampling_result odd WHERE odd.result <> 'negative') AND r.{IN_TREE}
        ) AS said
        JOIN LATERAL (
            SELECT m.person, m.tube, count(*) OVER () AS swabs
            FROM sampling_swab m WHERE m.tube = said.tube AND m.{IN_TREE}
        ) AS member ON said.result IN ('grey', 'invalid') OR (said.result = 'positive' AND member.swabs > 1)
    )"""  # noqa: S608 - parts come from code, never from outside
SINGLY_AFTER_CALL = f"""person IN (SELECT person FROM called) AND EXISTS (
        SELECT FROM called
        WHERE called.person = sampling_swab.person AND called.tube <> sampling_swab.tube
          AND sampling_swab.at > called.since AND (called.until IS NULL OR sampling_swab.at <= called.until)
    ) AND NOT EXISTS (
        SELECT FROM sampling_swab beside
        WHERE beside.tube = sampling_swab.tube AND beside.id <> sampling_swab.id AND beside.{IN_TREE}
    )"""  # noqa: S608 - parts come from code, never from outside


def _evidence(table: FactTable, columns: str, *where: str, also: str = "") -> str:
    """A figure's evidence: the facts of one table, told apart by their own line of text."""
    conditions = " AND ".join([IN_PERIOD, IN_TREE, *where])
    select = f"SELECT {table.line} AS line, entry_id, {columns} FROM {table.table} WHERE {conditions}"  # noqa: S608
    return f"WITH {PLACES}{also} {select}"


SWABBED = _evidence(SWABS, "tube, person, device", AT_PLACE)
REPORTED = _evidence(RESULTS, "tube, technician", FROM_PLACE)

FIGURES = (
    Figure("sampling.swabs", "采样人次", "Samples taken", "人次", "samples", 0, "count(*)", SWABBED),
    Figure("sampling.people", "采样人数", "People sampled", "人", "people", 0, "count(DISTINCT person)", SWABBED),
    Figure("sampling.samplers", "采样人员", "Samplers", "人", "people", 0, "count(DISTINCT device)", SWABBED),
    Figure(
        "sampling.mean_fill",
        "平均每管人数",
        "People per tube, mean",
        "人/管",
        "people per tube",
        2,
        "count(*)::numeric / nullif(count(DISTINCT tube), 0)",
        SWABBED,
    ),
    Figure(
        "sampling.tubes",
        "封管数",
        "Tubes sealed",
        "管",
        "tubes",
        0,
        "count(DISTINCT tube)",
        _evidence(SEALED, "tube", AT_PLACE),
    ),
    Figure("sampling.results", "已出结果", "Tubes with a result", "管", "tubes", 0, "count(DISTINCT tube)", REPORTED),
    Figure(
        "sampling.laboratory_staff",
        "检测人员",
        "Laboratory staff",
        "人",
        "people",
        0,
        "count(DISTINCT technician)",
        REPORTED,
    ),
    Figure(
        "sampling.vehicles",
        "移动检测车",
        "Testing vehicles",
        "台",
        "vehicles",
        0,
        "count(DISTINCT vehicle)",
        _evidence(RESULTS, "vehicle", "vehicle <> ''", FROM_PLACE),
    ),
    Figure(
        "sampling.positive_tubes",
        "阳性管",
        "Positive tubes",
        "管",
        "tubes",
        0,
        "count(*)",
        _evidence(RESULTS, "tube", LATEST_POSITIVE, FROM_PLACE),
    ),
    Figure(
        "sampling.recollected",
        "已单采复核",
        "People collected again singly",
        "人",
        "people",
        0,
        "count(DISTINCT person)",
        _evidence(SWABS, "person", SINGLY_AFTER_CALL, AT_PLACE, also=f",{CALLED}"),
    ),
)
for _figure in FIGURES:
    register(_figure)
