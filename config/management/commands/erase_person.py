"""The command `erase_person`: nothing of a person is left, in the trail neither."""

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.db.models import Model
from psycopg.errors import InsufficientPrivilege

from config.access.models import User
from config.audit.context import stating
from config.audit.scrubbing import scrub
from config.copies import SHORTEST, mentions
from config.erasure import erase, forget, people, texts_of


class Command(BaseCommand):
    help = (
        "Erases a person, who uses Portico or is a customer's contact: name, e-mail and every "
        "copy of them, and what reasons in the audit trail say of them. Exit status 1 while other "
        "rows still mention them."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="kept in the audit trail: name nobody")
        parser.add_argument(
            "--also", action="append", default=[], help="another text to remove, such as a name"
        )

    def handle(self, *, email: str, reason: str, also: list[str], **options) -> None:
        if any(len(text) < SHORTEST for text in also):
            raise CommandError(f"A text has at least {SHORTEST} characters.")
        rows = people(email.strip())
        if not rows:
            also = [email.strip().lower(), *also]
        texts = [*(text for row in rows for text in texts_of(row)), *also]
        with stating(reason=reason):
            self._scrub(texts)  # first, for it is refused without the owner's credentials
            self._erase(rows, also)
        left = list(mentions(texts))
        for mention in left:
            self.stdout.write(f"Still mentioned in {mention}")
        if left:
            self.stdout.write("Edit these rows, then run this once more with --also for the name.")
            raise SystemExit(1)

    def _scrub(self, texts: list[str]) -> None:
        try:
            scrubbed = scrub(texts, table=User._meta.db_table)
        except ProgrammingError as refused:
            if not isinstance(refused.__cause__, InsufficientPrivilege):
                raise
            raise CommandError(
                "Nothing is erased: the audit trail is the owner's. Set DATABASE_OWNER_URL."
            ) from None
        self.stdout.write(f"Removed from {scrubbed:,} events of the audit trail.")

    def _erase(self, rows: list[Model], texts: list[str]) -> None:
        done = sum(erase(row=row).copies for row in rows)
        who = [f"{row._meta.verbose_name.capitalize()} {row.pk} is erased" for row in rows]
        said = ", ".join(who) or "Nobody has this e-mail (any more)"
        self.stdout.write(f"{said}; {done + forget(texts):,} copies are blanked.")
