"""Changes of many rows are told by the columns that changed in any of them.

Before, every event was made of whole rows, from which most columns were taken away again. A
statement over 100,000 rows changes the same one or two columns in each: those are found first.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("config.audit.migrations.0001_events").RECORD

RECORD = """
CREATE OR REPLACE FUNCTION public.audit_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    stated jsonb := coalesce(nullif(current_setting('portico.context', true), ''), '{}')::jsonb;
    masked text[] := TG_ARGV[0];
    hidden text[] := TG_ARGV[0]::text[] || TG_ARGV[1]::text[];
    pairs text := 'FROM old_rows o FULL JOIN new_rows n ON n.id = o.id';
    changed text[];
    moved boolean;
    same text;
    marks text;
    olds text;
    news text;
    whole text := 'coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(%s) - $6)
                   WHERE value <> ''null''), ''{}'')';
    head text := 'INSERT INTO public.audit_event
        (table_name, operation, row_id, before, after, actor, reason, request_id, door) ';
    told text := ', $2, $3, $4, $5 ';
    body text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        body := 'SELECT $1, ''T'', NULL, NULL, NULL' || told;
    ELSIF TG_OP = 'INSERT' AND TG_ARGV[2]::boolean
          AND current_setting('portico.audit_summary', true) = 'on' THEN
        body := 'SELECT $1, ''I'', NULL, NULL, jsonb_build_object(
            ''rows'', count(*), ''first'', min(id), ''last'', max(id))' || told
            || 'FROM new_rows HAVING count(*) > 0';
    ELSIF TG_OP = 'INSERT' THEN
        body := 'SELECT $1, ''I'', r.id, NULL, to_jsonb(r) - $6' || told || 'FROM new_rows r';
    ELSIF TG_OP = 'DELETE' THEN
        body := 'SELECT $1, ''D'', r.id, to_jsonb(r) - $6, NULL' || told || 'FROM old_rows r';
    ELSE
        SELECT string_agg(format(
                   'CASE WHEN bool_or(o.%1$I IS DISTINCT FROM n.%1$I) THEN %1$L END', attname), ', ')
        INTO same
        FROM pg_attribute
        WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped
          AND attname <> 'id' AND NOT attname = ANY (TG_ARGV[1]::text[]);
        EXECUTE format('SELECT array_remove(ARRAY[%s]::text[], NULL),
                               bool_or(o.id IS NULL OR n.id IS NULL) %s', same, pairs)
        INTO changed, moved;
        IF moved IS NULL OR (changed = '{}' AND NOT moved) THEN
            RETURN NULL;
        END IF;
        SELECT coalesce(string_agg(format(
                   'CASE WHEN o.%1$I IS NOT DISTINCT FROM n.%1$I THEN %1$L END', name), ', '), ''),
               concat_ws(', ', format('%L, o.id', 'id'), string_agg(format('%1$L, o.%1$I', name), ', ')
                   FILTER (WHERE name <> ALL (masked))),
               concat_ws(', ', format('%L, n.id', 'id'), string_agg(format('%1$L, n.%1$I', name), ', ')
                   FILTER (WHERE name <> ALL (masked))),
               string_agg(format(
                   '%1$L, CASE WHEN o.%1$I IS DISTINCT FROM n.%1$I THEN ''changed'' END', name),
                   ', ') FILTER (WHERE name = ANY (masked))
        INTO same, olds, news, marks
        FROM unnest(changed) name;
        marks := coalesce(format(' || jsonb_strip_nulls(jsonb_build_object(%s))', marks), '');
        body := format('
            SELECT $1, ''U'', coalesce(n.id, o.id),
                   CASE WHEN o.id IS NULL THEN NULL WHEN n.id IS NULL THEN %1$s%5$s
                        ELSE (jsonb_build_object(%3$s) - s.same)%5$s END,
                   CASE WHEN n.id IS NULL THEN NULL WHEN o.id IS NULL THEN %2$s%5$s
                        ELSE (jsonb_build_object(%4$s) - s.same)%5$s END%6$s
            %7$s CROSS JOIN LATERAL (
                SELECT array_remove(ARRAY[%8$s]::text[], NULL) AS same OFFSET 0) s
            WHERE cardinality(s.same) < %9$s OR o.id IS NULL OR n.id IS NULL',
            format(whole, 'o'), format(whole, 'n'), olds, news, marks, told, pairs, same,
            cardinality(changed));
    END IF;
    EXECUTE head || body USING TG_TABLE_NAME::text, stated->>'actor', stated->>'reason',
        stated->>'request_id', stated->>'door', hidden;
    RETURN NULL;
END $$;
"""


def replace(text: str):
    def run(apps, schema_editor):
        for statement in ("SET LOCAL ROLE portico_audit", text, "RESET ROLE"):
            schema_editor.execute(statement, params=None)

    return run


def as_before() -> str:
    """The function of the first migration, over the one that is there."""
    text = BEFORE.partition("REVOKE ALL")[0]
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_events")]
    operations = [migrations.RunPython(replace(RECORD), replace(as_before()))]
