"""Whose swabs are in a tube: those scanned into it and not corrected since, and those that were moved into it.

SQL to be put into other statements; a table of corrections that is empty costs a probe of its index for each swab.
"""


def members_of(tube: str, *, known: str = "true") -> str:
    """A subselect (swab's person, at, device, id, correction) of the effective swabs of one tube.

    tube:  SQL of the tube's code, in LATERAL reach
    known: a condition over `{0}.entry_id` that facts must meet to count at all; `true` for all
    correction: the fact that moved the swab into this tube; NULL for one that was scanned into it
    """
    swab, said = known.format("s"), known.format("c")
    return f"""
        SELECT s.person, s.at, s.device, s.id, s.entry_id, NULL::uuid AS correction
        FROM sampling_swab s
        WHERE s.tube = {tube} AND {swab} AND NOT EXISTS (
            SELECT FROM sampling_corrected c WHERE c.tube = s.tube AND c.swab = s.id AND {said}
        )
        UNION ALL
        SELECT s.person, s.at, s.device, s.id, s.entry_id, c.id
        FROM sampling_corrected c JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab
        WHERE c.to_tube = {tube} AND c.what = 'moved' AND {swab} AND {said} AND {latest(known=known)}
    """  # noqa: S608 - parts come from code, never from outside


def latest(*, known: str = "true") -> str:
    """A condition: correction `c` is the last word on its swab, by the phone's time."""
    return f"""NOT EXISTS (
        SELECT FROM sampling_corrected l
        WHERE l.tube = c.tube AND l.swab = c.swab AND (l.at, l.id) > (c.at, c.id) AND {known.format("l")}
    )"""
