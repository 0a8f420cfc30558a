"""Removing from the trail what somebody wrote of a person: the owner's work, told by the trail.

Personal columns are never in an event. Free text may be: a reason, the name of a key. The
application cannot do this, or it could blank whatever it liked.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from config.copies import BLANK, pattern
from config.localpg.place import AUDIT
from config.postgresql.owner import as_owner

COLUMNS = {"reason": "text", "before": "jsonb", "after": "jsonb", "actor": "text"}
CHANGES = ", ".join(
    f"{name} = regexp_replace({name}::text, %(found)s, %(blank)s, 'g')::{kind}"
    for name, kind in {**COLUMNS, "request_id": "text"}.items()
)
FOUND = " OR ".join(f"{name}::text ~ %(found)s" for name in (*COLUMNS, "request_id"))
GUARD = "ALTER TABLE public.audit_event {} TRIGGER audit_event_is_append_only"
SCRUB = f"UPDATE public.audit_event SET {CHANGES} WHERE {FOUND}"  # noqa: S608  (names of columns)
TELL = """
INSERT INTO public.audit_event (table_name, operation, after, actor, reason, request_id, door)
SELECT %s, 'U', jsonb_build_object('erased', %s::int), stated->>'actor', stated->>'reason',
       stated->>'request_id', stated->>'door'
FROM (SELECT coalesce(nullif(current_setting('portico.context', true), ''), '{}')::jsonb
      AS stated) AS said"""


def scrub(texts: Iterable[str], *, table: str) -> int:
    """Blank the texts in every event and tell so in one more; returns how many had them.

    `table` is whose rows the texts were about; who writes, and why, is what is stated. Takes the
    owner's credentials, between transactions; writes of everybody wait meanwhile.
    """
    found = pattern(texts)
    if not found:
        return 0
    with as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {AUDIT}")
        cursor.execute(GUARD.format("DISABLE"))
        cursor.execute(SCRUB, {"found": found, "blank": BLANK})
        scrubbed = cursor.rowcount
        cursor.execute(GUARD.format("ENABLE"))
        if scrubbed:
            cursor.execute(TELL, [table, scrubbed])
    return scrubbed
