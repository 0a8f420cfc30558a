"""The command `demo`: a whole company to look at, on this machine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from time import perf_counter

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import Account
from config.access.models import ApiKey
from config.roles import recreate_database
from metrics.demo import serving, stock
from metrics.demo.agreements import make_agreements
from metrics.demo.book import make_book
from metrics.demo.credits import make_credits
from metrics.demo.launching import make_launch
from metrics.demo.noticing import make_signals
from metrics.demo.owners import make_owners
from metrics.demo.people import make_people
from metrics.demo.prices import make_prices
from metrics.demo.promises import make_policies
from metrics.demo.receiving import webhooks
from metrics.demo.routing import make_routing
from metrics.demo.selling import make_selling
from metrics.demo.using import make_usage
from metrics.demo.welcome import READ, welcome
from metrics.folding import fold

KEY = "demo"


class Command(BaseCommand):
    help = "Sets up an invented company with its customers, and serves it on this machine."
    # What checks look at is loaded by the first page anyway; the start is to be quick.
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--port", type=int, help="default: the first free one from 8000")
        parser.add_argument("--rows", type=int, default=5000, help="customers; default: 5000")
        parser.add_argument("--no-serve", action="store_true", help="set up only")
        parser.add_argument(
            "--reset", action="store_true", help="drop the database and start afresh"
        )
        parser.add_argument(
            "--no-input", "--noinput", action="store_true", help="do not ask before dropping"
        )

    def handle(self, *, port, rows, no_serve, reset, no_input, **_) -> None:
        self._refuse_nonsense(port, rows)
        if reset and not no_input:
            self._ask()
        try:
            with serving.interruptible():
                self._run(port, rows, serve=not no_serve, reset=reset)
        except serving.PortTaken as taken:
            raise CommandError(str(taken)) from None
        except KeyboardInterrupt:
            self._stop()

    def _refuse_nonsense(self, port: int | None, rows: int) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo has passwords that everybody knows: it runs with DEBUG on only."
            )
        if not 1 <= rows <= 1_000_000:
            raise CommandError("--rows must be from 1 to 1,000,000.")
        if port is not None and not 1 <= port <= 65_535:
            raise CommandError("--port must be from 1 to 65535.")

    def _ask(self) -> None:
        """Asks whoever is there to be asked; a program has said what it wants."""
        if not sys.stdin.isatty():
            return
        name, host = (connection.settings_dict[key] for key in ("NAME", "HOST"))
        question = f"This drops the database {name} on {host or 'this machine'}. Type yes: "
        if input(question).strip().lower() != "yes":
            raise CommandError("Nothing was changed.")

    def _run(self, port: int | None, rows: int, *, serve: bool, reset: bool) -> None:
        begun = perf_counter()
        server = serving.open_server(port) if serve else None
        if reset:
            with self._step("Dropping the database"):
                recreate_database(connection)
        with self._step("Database and migrations"):
            call_command("migrate", verbosity=0, interactive=False)
        self._fill(rows)
        with self._step("People and their roles"):
            make_people()
        with self._step("Who looks after whom"):
            make_owners()
            make_routing(on=timezone.localdate())
        with self._step("Price books"):
            make_prices(on=timezone.localdate())
        with self._step("Credits and discounts"):
            make_credits(on=timezone.localdate())
            make_launch(on=timezone.localdate())
        with self._step("Customers at list prices"):
            make_agreements(on=timezone.localdate())
        with self._step("Prices that are kept"):
            make_policies(on=timezone.localdate(), at=timezone.now())
        with self._step("Usage, health and contacts"):
            make_usage(on=timezone.localdate())
        with self._step("What is sold to whom next"):
            make_selling(on=timezone.localdate())
            make_signals(on=timezone.localdate())
        key = self._make_key()
        self.stdout.write(f"  {'Ready':44}{perf_counter() - begun:6.1f} s\n\n")
        if server is None:
            self._announce(port or serving.FIRST_PORT, key, is_served=False)
        else:
            with webhooks(host=serving.HOST, say=self._tell):
                serving.serve(
                    server, announce=lambda bound: self._announce(bound, key, is_served=True)
                )

    def _fill(self, rows: int) -> None:
        if not stock.is_empty():
            count = f"{Account.objects.count():,}"
            self.stdout.write(f"  Products and {count} customers are there already; kept.")
            return
        on = timezone.localdate()
        with self._step(f"Inventing {rows:,} customers"):
            book = make_book(on=on, accounts=rows)
        with self._step(f"Importing {len(book.items):,} items"):
            stock.load(book, on=on)
        with self._step("Adding up"):
            fold()

    def _make_key(self) -> str | None:
        """The text of a new key, unless there is one, which nobody can read again."""
        if ApiKey.objects.filter(name=KEY, revoked_at=None).exists():
            return None
        text = StringIO()
        call_command("create_api_key", KEY, scopes=READ, stdout=text)
        return text.getvalue().strip()

    def _announce(self, port: int, key: str | None, *, is_served: bool) -> None:
        site = f"http://{serving.HOST}:{port}"
        readme = settings.BASE_DIR / "README.md"
        self.stdout.write(welcome(site=site, readme=readme, key=key, is_served=is_served))
        self.stdout.flush()

    def _tell(self, line: str) -> None:
        with suppress(OSError):  # as below
            self.stdout.write(line)
            self.stdout.flush()

    def _stop(self) -> None:
        stopped = serving.stop_database()
        with suppress(OSError):  # the terminal may be the very thing that was closed
            self.stdout.write("\nStopped." if stopped else "\nStopped; the database goes on.")

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        begun = perf_counter()
        yield
        self.stdout.write(f"  {what:44}{perf_counter() - begun:6.1f} s")
        self.stdout.flush()
