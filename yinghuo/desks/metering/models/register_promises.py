"""What PostgreSQL keeps of the register by itself: meters in use by area, and which meters were ever heard."""

COUNT = """
CREATE FUNCTION metering_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE metering_areacount k SET meters = k.meters - c.meters
        FROM (SELECT area_code, count(*) AS meters FROM gone WHERE retired_on IS NULL GROUP BY area_code) c
        WHERE k.area_code = c.area_code;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO metering_areacount AS k (area_code, meters)
        SELECT area_code, count(*) FROM came WHERE retired_on IS NULL GROUP BY area_code ORDER BY area_code
        ON CONFLICT (area_code) DO UPDATE SET meters = k.meters + excluded.meters;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_came AFTER INSERT ON metering_meter
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION metering_count();
CREATE TRIGGER count_changed AFTER UPDATE ON metering_meter
    REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION metering_count();
CREATE TRIGGER count_gone AFTER DELETE ON metering_meter
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION metering_count();
INSERT INTO metering_areacount (area_code, meters)
    SELECT area_code, count(*) FROM metering_meter WHERE retired_on IS NULL GROUP BY area_code;
"""
# Only a row that is new is in `came`: an upsert of values that are there already costs nothing here.
HEAR = """
CREATE FUNCTION metering_hear() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE metering_meter m SET heard = true FROM came WHERE m.id = came.meter_id AND came.quantity = 1 AND NOT m.heard;
    RETURN NULL;
END $$;
CREATE TRIGGER hear AFTER INSERT ON metering_lastvalue
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION metering_hear();
UPDATE metering_meter m SET heard = true FROM metering_lastvalue v WHERE v.meter_id = m.id AND v.quantity = 1;
"""
KEPT = COUNT + HEAR
LET_GO = """
DROP TRIGGER hear ON metering_lastvalue; DROP FUNCTION metering_hear;
DROP TRIGGER count_came ON metering_meter; DROP TRIGGER count_changed ON metering_meter;
DROP TRIGGER count_gone ON metering_meter; DROP FUNCTION metering_count;
"""
