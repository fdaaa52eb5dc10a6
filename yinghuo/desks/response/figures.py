"""Figures of the response desk."""

from yinghuo.core.figures.registry import Figure, register
from yinghuo.desks.response.review_figures import REVIEW

IN_TREE = "entry_id IN (SELECT entry_id FROM ledger_leaf WHERE index < %(size)s)"
# Levels and measures above the rule or overdue, each flagged once, as issues of the core; settling one changes nothing.
EXCESSES = """
    SELECT line, entry_id FROM (
        SELECT concat_ws(' ', code, subject, area_code,
                         to_char(raised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) AS line,
               raised_entry AS entry_id, raised_at, area_code
        FROM work_issue
        WHERE code IN ('response.level_above_rule', 'response.level_overdue', 'response.measure_above_rule',
                       'response.measure_overdue')
    ) AS flagged
    WHERE raised_at >= %(first)s AND raised_at < %(last)s AND starts_with(area_code, %(area)s) AND """
FIGURES = (
    Figure(
        "response.excesses", "超出规定的风险区与措施", "Levels and measures above the rule", "项", "flags", 0,
        "count(*)", EXCESSES + IN_TREE,
    ),
)  # fmt: skip
for _figure in (*FIGURES, *REVIEW):
    register(_figure)
