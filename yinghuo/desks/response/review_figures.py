"""The figures of a review, each over rows that name their ledger entry, as of a size of the ledger.

An event counts from the entry that opened it, a case by the latest judgement of it, a contact from the entry that found
it, a clock from the entry that opened its order, or that said the work was done. Subjects stand in the lines as ids.
"""

from yinghuo.core.figures.registry import Figure

IN_TREE = "{0} IN (SELECT entry_id FROM ledger_leaf WHERE index < %(size)s)"
AT = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
PLACE = "starts_with({0}.area_code, %(area)s)"

EVENTS = f"""
    SELECT concat_ws('|', 'event', v.id, {AT.format("e.at")}) AS line, e.id AS entry_id
    FROM ledger_entry e JOIN response_event v ON e.subject = 'event:' || v.id
    WHERE e.kind = 'event.opened' AND e.at >= %(first)s AND e.at < %(last)s AND {PLACE.format("v")}
      AND {IN_TREE.format("e.id")}"""  # noqa: S608 - parts come from code, never from outside

# The latest judgement of a case that the size knows; an infection counts on the day of its own report.
CASES = f"""
    SELECT concat_ws('|', 'case', c.id, j.held_as, coalesce(j.in_isolation::text, 'unknown')) AS line,
           j.id AS entry_id, 'case' AS what, j.in_isolation
    FROM response_case c JOIN LATERAL (
        SELECT g.id, g.held_as, g.in_isolation FROM response_judgement g
        WHERE g.case_id = c.id AND {IN_TREE.format("g.id")} ORDER BY g.at DESC, g.id DESC LIMIT 1
    ) AS j ON true
    WHERE j.held_as IN ('confirmed', 'asymptomatic') AND c.merged_into_id IS NULL
      AND c.reported_at >= %(first)s AND c.reported_at < %(last)s AND {PLACE.format("c")}"""  # noqa: S608
CONTACTS = f"""
    SELECT concat_ws('|', 'contact', k.id, k.grade) AS line, k.entry_id, 'contact' AS what,
           NULL::boolean AS in_isolation
    FROM response_contact k
    WHERE k.grade = 'close' AND k.state <> 'dropped' AND k.found_at >= %(first)s AND k.found_at < %(last)s
      AND {PLACE.format("k")} AND {IN_TREE.format("k.entry_id")}"""  # noqa: S608

# The clock by which the work of an order has to be done; work whose entry the size does not know is not done yet.
CLOCKS = f"""
    SELECT concat_ws('|', 'order', o.id, {AT.format("o.finish_by")}, coalesce({AT.format("o.done")}, 'open')) AS line,
           o.entry_id, o.done IS NOT NULL AND o.done <= o.finish_by AS met
    FROM (
        SELECT w.id, w.finish_by, w.area_code, k.known,
               CASE WHEN k.known THEN w.done_at END AS done,
               CASE WHEN k.known THEN w.done_entry ELSE w.opened_entry END AS entry_id
        FROM work_order w
        CROSS JOIN LATERAL (SELECT w.done_entry IS NOT NULL AND {IN_TREE.format("w.done_entry")} AS known) AS k
        WHERE starts_with(w.kind, 'response.') AND w.state <> 'cancelled' AND w.finish_by IS NOT NULL
    ) AS o
    WHERE o.finish_by >= %(first)s AND o.finish_by < %(last)s AND {PLACE.format("o")}
      AND {IN_TREE.format("o.entry_id")}"""  # noqa: S608

SHARE_ISOLATED = (
    "100.0 * count(*) FILTER (WHERE in_isolation) / nullif(count(*) FILTER (WHERE in_isolation IS NOT NULL), 0)"
)
PER_CASE = "count(*) FILTER (WHERE what = 'contact')::numeric / nullif(count(*) FILTER (WHERE what = 'case'), 0)"
CLOCKS_MET = "100.0 * count(*) FILTER (WHERE met) / nullif(count(*), 0)"
GUARD = "review.see"  # of counts of persons: a small one, of a small place or a short time, tells who it is
REVIEW = (
    Figure("response.events", "处置事件", "Events opened", "起", "events", 0, "count(*)", EVENTS),
    Figure("response.cases", "感染者", "Cases of events", "例", "cases", 0, "count(*)", CASES, GUARD),
    Figure("response.contacts", "密接", "Close contacts found", "人", "people", 0, "count(*)", CONTACTS, GUARD),
    Figure(
        "response.contacts_per_case",
        "每例感染者密接数",
        "Close contacts per case",
        "人/例",
        "people per case",
        1,
        PER_CASE,
        f"{CASES} UNION ALL {CONTACTS}",
        GUARD,
    ),
    Figure(
        "response.share_in_isolation",
        "隔离中发现占比",
        "Cases found in isolation",
        "%",
        "%",
        1,
        SHARE_ISOLATED,
        CASES,
        GUARD,
    ),
    Figure("response.clocks", "到期工单时限", "Clocks of orders run out", "个", "clocks", 0, "count(*)", CLOCKS),
    Figure("response.clocks_met", "时限达标率", "Clocks of orders met", "%", "%", 1, CLOCKS_MET, CLOCKS),
)
