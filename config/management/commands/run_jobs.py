"""The command `run_jobs`: the nightly work, now."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.timesince import timeuntil

from config.jobs import enlist, jobs, perform
from config.models import NightlyJob


class Command(BaseCommand):
    help = "Does the nightly jobs now, all or those named; exit status 1 if one fails."

    def add_arguments(self, parser) -> None:
        parser.add_argument("names", nargs="*", help="of --list; default: all")
        parser.add_argument("--list", action="store_true", help="what there is, and how it went")

    def handle(self, *args, names: list[str], **options) -> None:
        unknown = sorted(set(names) - set(jobs))
        if unknown:
            raise CommandError(f"No such job: {', '.join(unknown)}. There are {', '.join(jobs)}.")
        if options["list"]:
            self._list()
            return
        rows = [self._perform(name) for name in names or jobs]
        if any(row.failed for row in rows):
            raise SystemExit(1)

    def _perform(self, name: str) -> NightlyJob:
        row = perform(name, clock=timezone.now)
        self.stdout.write(f"{row.name}: {row.said}")
        self.stdout.flush()
        return row

    def _list(self) -> None:
        enlist(at=timezone.now())
        for row in NightlyJob.objects.filter(name__in=list(jobs)).order_by("name"):
            last = "never done yet"
            if row.ended_at:
                how = "failed" if row.failed else "done"
                last = f"{how} {timezone.localtime(row.ended_at):%Y-%m-%d %H:%M}: {row.said}"
            self.stdout.write(f"{row.name}: {jobs[row.name].meaning}")
            self.stdout.write(f"    {last}; next in {timeuntil(row.next_at)}")
