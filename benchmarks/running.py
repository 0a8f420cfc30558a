"""What is measured of one size, in which order."""

from collections.abc import Callable
from typing import Any

from benchmarks import (
    auditing,
    database,
    drawing,
    grandfathering,
    importing,
    noticing,
    offering,
    prices,
    renewing,
    report,
    resolving,
    routing,
    using,
    web,
)
from benchmarks import environment as surroundings
from benchmarks.book import Book, make_book
from benchmarks.loading import load
from benchmarks.questions import Question, chosen
from benchmarks.rounds import compare
from benchmarks.variants import Variant, duck, first_days, native, orm, ours, plain_sql, two_dates

Say = Callable[[str], None]


def environment(say: Say) -> dict:
    found = {"versions": surroundings.versions(), "machine": surroundings.machine()}
    say(report.facts({**found["versions"], **found["machine"]}))
    return found


def measure_size(name: str, accounts: int, options: Any, say: Say) -> dict:
    """Everything about a book of so many accounts, in a database of its own."""
    say(f"\n{accounts:,} accounts")
    database.use(name)
    book = make_book(accounts)
    try:
        if options.keep and database.holds(accounts):
            database.bring_up_to_date()
        else:
            database.create()
            load(book, say)
        found = {"accounts": accounts, "items": book.items, "tables": surroundings.sizes()}
        found["settings"] = surroundings.settings()
        say(report.sizes(found["tables"]))
        say(report.facts(found["settings"]))
        found["load_before"] = surroundings.load()
        if "questions" in options.cases:
            found["questions"] = measure_questions(book, options, say)
        if "http" in options.cases:
            found["http"] = web.measure(options.http_rounds or options.rounds, say)
            say(report.web(found["http"]))
        if "offers" in options.cases:
            found["offers"] = offering.measure(options.rounds, say)
        found["load_after"] = surroundings.load()
        say(f"  load {found['load_before']} before, {found['load_after']} after")
        return found
    finally:
        if not options.keep:
            database.drop()


def measure_questions(book: Book, options: Any, say: Say) -> list[dict]:
    copy, columns = duck.copy_of(book), native.Columns(book)
    found = []
    for question in chosen(options.metrics):
        variants = variants_of(question, copy, columns)
        timings = [
            timing.as_dict() for timing in compare(variants, options.rounds, say, options.slow)
        ]
        say(report.question(question.name, timings))
        found.append({"question": question.name, "timings": timings})
    return found


def variants_of(question: Question, copy: Any, columns: native.Columns) -> list[Variant]:
    if question.is_of_periods:
        return [*ours.variants(question), *two_dates.variants(question, copy, columns)]
    if question.is_of_first_days:
        return [*ours.variants(question), *first_days.variants(question, copy)]
    return [
        *ours.variants(question),
        *plain_sql.variants(question),
        *orm.variants(question),
        *duck.variants(question, copy),
        *native.variants(question, columns),
    ]


def measure_import(name: str, items: int, say: Say) -> dict:
    database.use(name)
    try:
        database.create()
        found = importing.measure(items, say)
        say(report.imported(found))
        return found
    finally:
        database.drop()


def measure_renewals(name: str, lines: int, rounds: int, say: Say) -> dict:
    """A day of renewals, then lines written one by one, in a database of their own."""
    database.use(name)
    try:
        database.create()
        found = {
            "ledger": renewing.measure_ledger(rounds),
            "renewals": renewing.measure(lines, say),
        }
        say(report.renewed(found))
        return found
    finally:
        database.drop()


def measure_grandfathering(name: str, lines: int, say: Say) -> dict:
    """The preview of a policy, in a database of its own."""
    database.use(name)
    try:
        database.create()
        found = grandfathering.measure(lines, say)
        say(
            "  {lines:,} lines in {seconds} s, {processor_seconds} s of a processor, "
            "{megabytes_more} MB more; load {load}".format(**found)
        )
        return found
    finally:
        database.drop()


def measure_prices(name: str, size: int, say: Say) -> dict:
    """What finance's tools take with a large book, in a database of its own."""
    database.use(name)
    try:
        database.create()
        return prices.measure(size, say)
    finally:
        database.drop()


def measure_resolution(name: str, prices: int, say: Say) -> dict:
    """How quickly prices are found, in a database of its own."""
    database.use(name)
    try:
        database.create()
        return resolving.measure(prices, say)
    finally:
        database.drop()


def measure_draws(name: str, draws: int, say: Say) -> dict:
    """How quickly credits are drawn, in a database of its own."""
    database.use(name)
    try:
        database.create()
        return drawing.measure(draws, say)
    finally:
        database.drop()


def measure_audit(name: str, options: Any, say: Say) -> dict:
    """What the audit trail costs, in a database of its own."""
    database.use(name)
    try:
        database.create()
        statements = [
            found
            for rows in filter(None, options.rows.split(","))
            for found in auditing.measure_statements(int(rows), options.rounds, say)
        ]
        imports = [
            auditing.measure_imports(name, int(items), options.rounds, say)
            for items in filter(None, options.items.split(","))
        ]
        rows = max((each["rows"] for each in statements), default=0)
        return {"rows": rows, "statements": statements, "imports": imports}
    finally:
        database.drop()


def measure_routing(name: str, accounts: int, options: Any, say: Say) -> dict:
    """Rehearsing rules on so many accounts, and single decisions among them."""
    database.use(name)
    try:
        if not (options.keep and routing.holds(accounts)):
            database.create()
            routing.load(accounts, say)
        return {**routing.measure(options.rounds, say), "load": surroundings.load()}
    finally:
        if not options.keep:
            database.drop()


def measure_signals(name: str, accounts: int, say: Say) -> dict:
    return noticing.measure(name, accounts, say)


def measure_usage(name: str, rows: int, say: Say) -> dict:
    return using.measure(name, rows, say)
