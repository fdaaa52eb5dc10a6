"""Moves sum to zero, balances come from lines alone and never fall below zero inside the books."""

from django.db import migrations

from yinghuo.core.ledger.promises import append_only

SUMS = """
CREATE FUNCTION stock_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(quantity) FROM stock_moveline
        WHERE move_id = NEW.move_id AND item_id = NEW.item_id AND serial = NEW.serial) <> 0 THEN
        RAISE EXCEPTION 'move % of % % does not sum to zero', NEW.move_id, NEW.item_id, NEW.serial
            USING ERRCODE = 'check_violation', CONSTRAINT = 'move_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sums_to_zero AFTER INSERT ON stock_moveline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stock_sums_to_zero();
"""

# Rows are made and locked in one order (place, item, serial), so that two moves wait for each other and never deadlock.
# What leaves is booked before what arrives, so that a piece is never in two places.
BOOK = """
CREATE FUNCTION stock_book() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE short record;
BEGIN
    PERFORM FROM added a JOIN stock_item i ON i.key = a.item_id WHERE i.serialised <> (a.serial <> '');
    IF FOUND THEN
        RAISE EXCEPTION 'an item has serials, or it has none'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_serial_fits_item';
    END IF;
    INSERT INTO stock_balance (place_id, item_id, serial, quantity, outside)
        SELECT DISTINCT a.place_id, a.item_id, a.serial, 0, p.kind = 'outside'
        FROM added a JOIN stock_place p ON p.id = a.place_id
        ORDER BY 1, 2, 3
        ON CONFLICT (place_id, item_id, serial) DO NOTHING;
    PERFORM FROM stock_balance b
        WHERE (b.place_id, b.item_id, b.serial) IN (SELECT a.place_id, a.item_id, a.serial FROM added a)
        ORDER BY b.place_id, b.item_id, b.serial FOR UPDATE;
    SELECT b.place_id, b.item_id, b.serial, b.quantity AS have, -sum(a.quantity) AS need INTO short
        FROM stock_balance b
        JOIN added a ON (a.place_id, a.item_id, a.serial) = (b.place_id, b.item_id, b.serial)
        WHERE NOT b.outside GROUP BY b.id HAVING b.quantity + sum(a.quantity) < 0
        ORDER BY 1, 2, 3 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% has %, % are needed', short.place_id, short.have, short.need
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_not_negative', DETAIL = row_to_json(short)::text;
    END IF;
    UPDATE stock_balance b SET quantity = b.quantity + s.change
        FROM (SELECT place_id, item_id, serial, sum(quantity) AS change FROM added
              GROUP BY 1, 2, 3 HAVING sum(quantity) < 0) s
        WHERE (b.place_id, b.item_id, b.serial) = (s.place_id, s.item_id, s.serial);
    UPDATE stock_balance b SET quantity = b.quantity + s.change
        FROM (SELECT place_id, item_id, serial, sum(quantity) AS change FROM added
              GROUP BY 1, 2, 3 HAVING sum(quantity) > 0) s
        WHERE (b.place_id, b.item_id, b.serial) = (s.place_id, s.item_id, s.serial);
    RETURN NULL;
END $$;
CREATE TRIGGER book AFTER INSERT ON stock_moveline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION stock_book();
"""

ONLY_FROM_LINES = """
CREATE FUNCTION stock_only_from_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% on stock_balance refused: a balance comes from lines alone', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER only_from_lines BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON stock_balance
    FOR EACH STATEMENT EXECUTE FUNCTION stock_only_from_lines();
"""

STAYS = """
CREATE FUNCTION stock_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'UPDATE on % refused: what lines were booked by stays', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER outside_stays BEFORE UPDATE ON stock_place FOR EACH ROW
    WHEN ((OLD.kind = 'outside') <> (NEW.kind = 'outside')) EXECUTE FUNCTION stock_stays();
CREATE TRIGGER serialised_stays BEFORE UPDATE ON stock_item FOR EACH ROW
    WHEN (OLD.serialised <> NEW.serialised) EXECUTE FUNCTION stock_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial")]
    operations = [
        append_only("stock_move"),
        append_only("stock_moveline"),
        migrations.RunSQL(
            SUMS, "DROP TRIGGER sums_to_zero ON stock_moveline; DROP FUNCTION stock_sums_to_zero()"
        ),
        migrations.RunSQL(BOOK, "DROP TRIGGER book ON stock_moveline; DROP FUNCTION stock_book()"),
        migrations.RunSQL(
            ONLY_FROM_LINES, "DROP TRIGGER only_from_lines ON stock_balance; DROP FUNCTION stock_only_from_lines()"
        ),
        migrations.RunSQL(
            STAYS,
            "DROP TRIGGER outside_stays ON stock_place; DROP TRIGGER serialised_stays ON stock_item;"
            "DROP FUNCTION stock_stays()",
        ),
    ]
