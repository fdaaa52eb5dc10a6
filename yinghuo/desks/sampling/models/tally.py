"""How many tubes of a site and day reached each stage: derived, kept by the database as the tubes' rows change."""

from django.db import migrations, models

COUNTED = {  # what is counted, and the SQL that counts it over rows of `sampling_tube` named t
    "swabs": "t.swabs",
    "tubes": "1",
    "sealed": "(t.sealed_at IS NOT NULL)::int",
    "boxed": "(t.boxed_at IS NOT NULL)::int",
    "collected": "(t.collected_at IS NOT NULL)::int",
    "received": "(t.received_at IS NOT NULL)::int",
    "reported": "(t.result <> '')::int",
    "negative": "(t.result = 'negative')::int",
    "positive": "(t.result = 'positive')::int",
    "grey": "(t.result = 'grey')::int",
    "invalid": "(t.result = 'invalid')::int",
}


class Tally(models.Model):
    """The tubes of one site begun on one day (Asia/Shanghai), counted by the stage that they have reached.

    A voided tube is in no tally. Lists and funnels read these rows, so that they cost the same at a thousand tubes and
    at ten million.
    """

    pk = models.CompositePrimaryKey("site_id", "day")
    site_id = models.BigIntegerField()
    day = models.DateField()
    campaign_id = models.UUIDField()
    swabs = models.BigIntegerField(default=0)
    tubes = models.BigIntegerField(default=0)
    sealed = models.BigIntegerField(default=0)
    boxed = models.BigIntegerField(default=0)
    collected = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    reported = models.BigIntegerField(default=0)
    negative = models.BigIntegerField(default=0)
    positive = models.BigIntegerField(default=0)
    grey = models.BigIntegerField(default=0)
    invalid = models.BigIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["campaign_id", "site_id"], name="tally_campaign")]


_NAMES = ", ".join(COUNTED)
_ADD = """
    INSERT INTO sampling_tally AS kept (site_id, day, campaign_id, {names}, first_at, last_at)
    SELECT t.site_id, {day} AS begun, max(t.campaign_id::text)::uuid, {sums}, min(t.first_at), max(t.last_at)
    FROM {rows} WHERE t.campaign_id IS NOT NULL AND t.site_id IS NOT NULL AND {day} IS NOT NULL
        AND t.voided_at IS NULL
    GROUP BY t.site_id, begun
    HAVING ({sums}) IS DISTINCT FROM ({zeros}) OR max(sign) > 0
    ORDER BY 1, 2
    ON CONFLICT (site_id, day) DO UPDATE SET {added},
        first_at = least(kept.first_at, excluded.first_at), last_at = greatest(kept.last_at, excluded.last_at);
"""
_DAY = "(coalesce(t.first_at, t.sealed_at, t.boxed_at, t.result_at) AT TIME ZONE 'Asia/Shanghai')::date"


def _add(rows: str) -> str:
    """The statement that adds `rows` (tubes named t, each with a sign) to the tallies."""
    return _ADD.format(
        names=_NAMES,
        day=_DAY,
        rows=rows,
        sums=", ".join(f"sum(sign * {count})" for count in COUNTED.values()),
        zeros=", ".join("0" for _ in COUNTED),
        added=", ".join(f"{name} = kept.{name} + excluded.{name}" for name in COUNTED),
    )


_ALL = _add("(SELECT 1 AS sign, * FROM sampling_tube) AS t")
_TRIGGERS = f"""
CREATE FUNCTION sampling_tally_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {_add("(SELECT 1 AS sign, * FROM fresh) AS t")}
    ELSE {_add("(SELECT 1 AS sign, * FROM fresh UNION ALL SELECT -1, * FROM stale) AS t")}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sampling_tally_insert AFTER INSERT ON sampling_tube
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION sampling_tally_keep();
CREATE TRIGGER sampling_tally_update AFTER UPDATE ON sampling_tube
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION sampling_tally_keep();
"""  # noqa: S608 - made of the names above, never of anything from outside
_NO_TRIGGERS = """
DROP TRIGGER sampling_tally_insert ON sampling_tube;
DROP TRIGGER sampling_tally_update ON sampling_tube;
DROP FUNCTION sampling_tally_keep();
"""


def keep_tallies() -> migrations.RunSQL:
    """Counts what is there, and makes PostgreSQL keep the tallies in the statement that changes the tubes."""
    return migrations.RunSQL(_ALL + _TRIGGERS, _NO_TRIGGERS)
