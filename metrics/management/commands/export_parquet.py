"""The command `export_parquet`: the facts that figures stand on, for other engines."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.errors import DomainError
from config.postgresql.limits import allow_long_work
from metrics.answering import snapshot
from metrics.exporting import position_of, write_all
from metrics.versions import data_version


class Command(BaseCommand):
    help = "Writes the ledger, its product sets and the lines as Parquet, as of a position."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path, help="where ledger.parquet and the like go")
        parser.add_argument("--position", type=int, help="of the ledger; the last if left out")

    def handle(self, *args, **options) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        with snapshot():
            allow_long_work()
            try:
                position = position_of(data_version(), options["position"])
            except DomainError as refused:
                raise CommandError(str(refused)) from refused
            counts = write_all(folder, position=position)
        for name, count in counts.items():
            self.stdout.write(f"{folder / name}.parquet: {count:,} rows")
        self.stdout.write(f"As of position {position}.")
