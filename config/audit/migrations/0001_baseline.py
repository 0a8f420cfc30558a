"""The trail, and the function that alone writes it; both belong to a role nobody logs in as."""

from django.db import migrations, models

from config.roles import application_role

TABLE = """
CREATE TABLE public.audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    transaction bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    table_name text NOT NULL,
    operation char(1) NOT NULL CHECK (operation IN ('I', 'U', 'D', 'T')),
    row_id bigint,
    before jsonb,
    after jsonb,
    database_user text NOT NULL DEFAULT session_user,
    actor text,
    reason text,
    request_id text,
    door text
);
CREATE INDEX audit_event_row ON public.audit_event (table_name, row_id, id);
CREATE INDEX audit_event_actor ON public.audit_event (actor, id) WHERE actor IS NOT NULL;
CREATE INDEX audit_event_at ON public.audit_event USING brin (at);
CREATE INDEX audit_event_reason ON public.audit_event
    USING gin (upper(reason) public.gin_trgm_ops) WHERE reason IS NOT NULL;
CREATE INDEX audit_event_request ON public.audit_event (request_id) WHERE request_id IS NOT NULL;

CREATE FUNCTION public.audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is only appended to.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION public.audit_is_append_only();
REVOKE ALL ON FUNCTION public.audit_is_append_only() FROM PUBLIC;
"""

# One function for every table and operation. Its arguments: masked columns, columns that are no
# change by themselves, and whether a bulk may be summed up. Statements are composed per call, so
# that each is planned for the rows it meets: a plan kept from a change of one row would take
# quadratic time over the next hundred thousand. A statement over 100,000 rows changes the same one
# or two columns in each: those are found first. Rows before and after are joined in full, so that
# a changed id is an end and a beginning.
RECORD = """
CREATE FUNCTION public.audit_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
REVOKE ALL ON FUNCTION public.audit_record() FROM PUBLIC;
"""

# The owner attaches the function to tables; the application reads, and only reads.
RIGHTS = """
DO $$ BEGIN
    EXECUTE format('GRANT EXECUTE ON FUNCTION public.audit_record() TO %I', session_user);
    EXECUTE format('GRANT SELECT ON public.audit_event TO %I', session_user);
END $$;
"""
FORGET = """
SET LOCAL ROLE portico_audit;
DROP FUNCTION public.audit_record();
DROP TABLE public.audit_event;
DROP FUNCTION public.audit_is_append_only();
RESET ROLE;
"""


def make(apps, schema_editor):
    role = schema_editor.quote_name(application_role(schema_editor.connection))
    for statement in (
        "SET LOCAL ROLE portico_audit",
        TABLE,
        RECORD,
        RIGHTS,
        f"GRANT SELECT ON public.audit_event TO {role}",
        "RESET ROLE",
    ):
        schema_editor.execute(statement, params=None)


def forget(apps, schema_editor):
    schema_editor.execute(FORGET, params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("config", "0001_baseline")]
    replaces = [
        ("audit", "0001_events"),
        ("audit", "0002_changed_columns"),
    ]
    operations = [
        migrations.RunPython(make, forget),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "db_table": "audit_event",
                "ordering": ["-id"],
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
    ]
