"""What PostgreSQL keeps of custody: the tallies as tubes move, and that no code is given to two sites."""

from django.db import migrations

COUNTED = {  # what is counted, and the SQL that counts it over rows of `sampling_custody` named t
    "tubes": "1",  # a voided tube is a tube, and else on neither side of any comparison
    "swabs": "CASE WHEN t.stage = 'voided' THEN 0 ELSE t.swabs END",
    "counted": "CASE WHEN t.sealed_at IS NULL OR t.stage = 'voided' THEN 0 ELSE t.counted END",
    "bound": "CASE WHEN t.sealed_at IS NULL OR t.stage = 'voided' THEN 0 ELSE t.swabs END",
    "sealed": "(t.sealed_at IS NOT NULL AND t.stage <> 'voided')::int",
    "boxed": "(t.boxed_at IS NOT NULL AND t.stage <> 'voided')::int",
    "collected": "(t.collected_at IS NOT NULL AND t.stage <> 'voided')::int",
    "received": "(t.received_at IS NOT NULL AND t.stage <> 'voided')::int",
    "reported": "(t.reported_at IS NOT NULL AND t.stage <> 'voided')::int",
    "reports": "CASE WHEN t.stage = 'voided' THEN 0 ELSE t.reports END",
    "at_sealed": "(t.stage = 'sealed')::int",
    "at_boxed": "(t.stage = 'boxed')::int",
    "at_collected": "(t.stage = 'collected')::int",
    "at_received": "(t.stage = 'received')::int",
}
_ADD = """
    INSERT INTO sampling_custodytally AS kept (campaign_id, site_id, area_code, {names})
    SELECT t.campaign_id, coalesce(t.site_id, 0) AS place, max(t.area_code), {sums}
    FROM {rows} WHERE t.campaign_id IS NOT NULL
    GROUP BY t.campaign_id, place
    HAVING ({sums}) IS DISTINCT FROM ({zeros})
    ORDER BY 1, 2
    ON CONFLICT (campaign_id, site_id) DO UPDATE SET {added};
"""


def _add(rows: str) -> str:
    return _ADD.format(
        names=", ".join(COUNTED),
        rows=rows,
        sums=", ".join(f"sum(sign * {count})" for count in COUNTED.values()),
        zeros=", ".join("0" for _ in COUNTED),
        added=", ".join(f"{name} = kept.{name} + excluded.{name}" for name in COUNTED),
    )


TALLIES = f"""
CREATE FUNCTION sampling_custody_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {_add("(SELECT 1 AS sign, * FROM fresh) AS t")}
    ELSE {_add("(SELECT 1 AS sign, * FROM fresh UNION ALL SELECT -1, * FROM stale) AS t")}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sampling_custody_insert AFTER INSERT ON sampling_custody
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION sampling_custody_keep();
CREATE TRIGGER sampling_custody_update AFTER UPDATE ON sampling_custody
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION sampling_custody_keep();
"""  # noqa: S608 - names come from code
NO_TALLIES = """
DROP TRIGGER sampling_custody_insert ON sampling_custody;
DROP TRIGGER sampling_custody_update ON sampling_custody;
DROP FUNCTION sampling_custody_keep();
"""
_ADD_GAPS = """
    INSERT INTO sampling_gaptally AS kept (campaign_id, point, area_code, tubes, amount)
    SELECT g.campaign_id, g.point, g.area_code, sum(sign), sum(sign * g.amount)
    FROM ({rows}) AS g WHERE g.campaign_id IS NOT NULL
    GROUP BY g.campaign_id, g.point, g.area_code HAVING (sum(sign), sum(sign * g.amount)) IS DISTINCT FROM (0, 0)
    ORDER BY 1, 2, 3
    ON CONFLICT (campaign_id, point, area_code) DO UPDATE
        SET tubes = kept.tubes + excluded.tubes, amount = kept.amount + excluded.amount;
"""
_FRESH, _STALE = "SELECT 1 AS sign, * FROM fresh", "SELECT -1 AS sign, * FROM stale"
GAP_TALLIES = f"""
CREATE FUNCTION sampling_gap_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {_ADD_GAPS.format(rows=_FRESH)}
    ELSIF TG_OP = 'DELETE' THEN {_ADD_GAPS.format(rows=_STALE)}
    ELSE {_ADD_GAPS.format(rows=f"{_FRESH} UNION ALL {_STALE}")}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sampling_gap_insert AFTER INSERT ON sampling_gap
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION sampling_gap_keep();
CREATE TRIGGER sampling_gap_delete AFTER DELETE ON sampling_gap
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION sampling_gap_keep();
CREATE TRIGGER sampling_gap_update AFTER UPDATE ON sampling_gap
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION sampling_gap_keep();
"""
NO_GAP_TALLIES = """
DROP TRIGGER sampling_gap_insert ON sampling_gap;
DROP TRIGGER sampling_gap_delete ON sampling_gap;
DROP TRIGGER sampling_gap_update ON sampling_gap;
DROP FUNCTION sampling_gap_keep();
"""
# Codes are compared letter by letter; their length goes before them, so that JL1 never lies in JL01 to JL20.
APART = """
CREATE TYPE sampling_codes AS RANGE (subtype = text, collation = "C");
ALTER TABLE sampling_siterange ADD CONSTRAINT site_ranges_apart EXCLUDE USING gist (
    sampling_codes(lpad(length(first)::text, 2, '0') || first, lpad(length(last)::text, 2, '0') || last, '[]') WITH &&
);
"""
NOT_APART = "ALTER TABLE sampling_siterange DROP CONSTRAINT site_ranges_apart; DROP TYPE sampling_codes"


def keep_custody_tallies() -> migrations.RunSQL:
    """PostgreSQL keeps the tallies in the statement that changes the rows."""
    return migrations.RunSQL(TALLIES + GAP_TALLIES, NO_TALLIES + NO_GAP_TALLIES)


def keep_ranges_apart() -> migrations.RunSQL:
    """PostgreSQL refuses a code that is given to two sites."""
    return migrations.RunSQL(APART, NOT_APART)
