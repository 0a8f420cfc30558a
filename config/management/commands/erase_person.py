"""The command `erase_person`: nothing of a person is left, in the trail neither."""

from django.core.management.base import BaseCommand, CommandError

from config.access.models import User
from config.audit.context import stating
from config.audit.scrubbing import scrub
from config.copies import SHORTEST, mentions
from config.erasure import erase


class Command(BaseCommand):
    help = (
        "Erases a person who uses Portico: name, e-mail and every copy of them, and what reasons "
        "in the audit trail say of them. Exit status 1 while other rows still mention them."
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
        with stating(reason=reason):
            texts = [*self._erase(email.strip().lower()), *also]
            scrubbed = scrub(texts, table=User._meta.db_table)
        self.stdout.write(f"Removed from {scrubbed:,} events of the audit trail.")
        left = list(mentions(texts))
        for mention in left:
            self.stdout.write(f"Still mentioned in {mention}")
        if left:
            self.stdout.write("Edit these rows, then run this once more with --also for the name.")
            raise SystemExit(1)

    def _erase(self, email: str) -> tuple[str, ...]:
        user = User.objects.filter(email=email).first()
        if user is None:
            self.stdout.write("Nobody has this e-mail (any more); what mentions it is removed.")
            return (email,)
        done = erase(row=user)
        self.stdout.write(f"User {user.pk} is erased, and {done.copies:,} copies.")
        return done.texts
