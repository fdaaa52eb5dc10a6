"""The figures of the sampling desk, each over the facts themselves, never over the derived rows.

A fact belongs to the area of the site it was made at; a result to the areas where its tube was swabbed or sealed.
It belongs to the period that holds its own time `at`. A site counts once its ledger entry is below the asked size.
Swabs count as corrections and voids have them: undone ones and those in voided tubes do not, moved ones count in their
new tube. A correction or a void counts from its own ledger entry on.
"""

from yinghuo.core.figures.registry import Figure, register
from yinghuo.core.ledger.facts import FactTable
from yinghuo.desks.sampling.actions.corrections import CORRECTED, VOIDED
from yinghuo.desks.sampling.actions.facts import RESULTS, SEALED, SWABS
from yinghuo.desks.sampling.queries.members import latest, members_of

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
KNOWN = "{0}." + IN_TREE

# What corrections and voids say, as of the size: few among many, read once, and the swabs are held against them.
SAID = f"""
    said AS MATERIALIZED (
        SELECT c.tube AS scanned_into, c.swab, c.what, c.to_tube
        FROM {CORRECTED.table} c WHERE c.{IN_TREE} AND {latest(known=KNOWN)}
    ), void AS MATERIALIZED (SELECT DISTINCT v.tube AS code FROM {VOIDED.table} v WHERE v.{IN_TREE})"""  # noqa: S608
SWABS_AS_SAID = (
    f"{SWABS.table} LEFT JOIN said ON said.scanned_into = {SWABS.table}.tube AND said.swab = {SWABS.table}.id"
)
IN_TUBE = f"coalesce(nullif(said.to_tube, ''), {SWABS.table}.tube)"
STANDS = f"said.what IS DISTINCT FROM 'undone' AND {IN_TUBE} NOT IN (SELECT code FROM void)"  # noqa: S608
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
        SELECT member.person, member.tube, told.since, told.until
        FROM (
            SELECT r.tube, r.result, r.at AS since, lead(r.at) OVER (PARTITION BY r.tube ORDER BY r.at, r.id) AS until
            FROM sampling_result r
            WHERE r.tube IN (SELECT odd.tube FROM sampling_result odd WHERE odd.result <> 'negative')
              AND r.tube NOT IN (SELECT code FROM void) AND r.{IN_TREE}
        ) AS told
        JOIN LATERAL (
            SELECT m.person, told.tube, count(*) OVER () AS swabs FROM ({members_of("told.tube", known=KNOWN)}) AS m
        ) AS member ON told.result IN ('grey', 'invalid') OR (told.result = 'positive' AND member.swabs > 1)
    )"""  # noqa: S608 - parts come from code, never from outside
AFTER_CALL = f"""person IN (SELECT person FROM called) AND EXISTS (
        SELECT FROM called
        WHERE called.person = sampling_swab.person AND called.tube <> {IN_TUBE}
          AND sampling_swab.at > called.since AND (called.until IS NULL OR sampling_swab.at <= called.until)
    )"""  # noqa: S608 - parts come from code, never from outside


def _evidence(table: FactTable, columns: str, *where: str) -> str:
    """A figure's evidence: the facts of one table, told apart by their own line of text."""
    conditions = " AND ".join([IN_PERIOD, IN_TREE, *where])
    select = f"SELECT {table.line} AS line, entry_id, {columns} FROM {table.table} WHERE {conditions}"  # noqa: S608
    return f"WITH {PLACES},{SAID} {select}"


def _swabs(columns: str, *where: str, also: str = "") -> str:
    """The swabs that stand; of one that was moved, the line says into which tube."""
    conditions = " AND ".join([IN_PERIOD, IN_TREE, STANDS, AT_PLACE, *where])
    line = f"{SWABS.line} || CASE WHEN said.what = 'moved' THEN '|' || said.to_tube ELSE '' END"
    select = f"SELECT {line} AS line, entry_id, {columns} FROM {SWABS_AS_SAID} WHERE {conditions}"  # noqa: S608
    return f"WITH {PLACES},{SAID}{also} {select}"


def _singly_after_call() -> str:
    """The swabs of people called again that are alone in their tube: few came back, and only those are asked."""
    back = _swabs(f"person, {SWABS.table}.id, {IN_TUBE} AS tube", AFTER_CALL, also=f",{CALLED}")
    beside = f"SELECT FROM ({members_of('back.tube', known=KNOWN)}) AS m WHERE m.id <> back.id"
    return f"WITH back AS MATERIALIZED ({back}) SELECT line, entry_id, person FROM back WHERE NOT EXISTS ({beside})"  # noqa: S608


SWABBED = _swabs(f"{IN_TUBE} AS tube, person, device")
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
        _evidence(SEALED, "tube", AT_PLACE, "tube NOT IN (SELECT code FROM void)"),
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
        _singly_after_call(),
    ),
)
for _figure in FIGURES:
    register(_figure)
