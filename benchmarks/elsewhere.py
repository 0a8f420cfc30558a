"""The command `python -m benchmarks.elsewhere`: figures' SQL on the exported facts, elsewhere.

Exports the facts of the database that the settings name, asks every statement of the metrics
there and on the files, by DuckDB and with --spark by two local workers of Spark, and refuses to
end well unless all rows are equal.
"""

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
django.setup()

from django.db import connection  # noqa: E402  (models need settings)

from benchmarks.transpiled import Rows, Text, comparable, duck, texts, transpiled  # noqa: E402
from metrics.answering import snapshot  # noqa: E402
from metrics.exporting import EXPORTED, write_all  # noqa: E402
from metrics.versions import data_version  # noqa: E402
from portfolio.models import Product  # noqa: E402

WORKERS = "local-cluster[2,1,1024]"  # two, each with one core and a gigabyte


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.elsewhere", description=__doc__)
    parser.add_argument("--spark", action="store_true", help="ask Spark too; it needs Java")
    parser.add_argument("--opening", type=date.fromisoformat, help="first day asked about")
    parser.add_argument("--on", type=date.fromisoformat, help="last day; today if left out")
    options = parser.parse_args()
    last = options.on or date.today()  # noqa: DTZ011  (a command)
    with tempfile.TemporaryDirectory() as folder:
        return compare(
            Path(folder),
            [options.opening or last.replace(year=last.year - 1), last],
            with_spark=options.spark,
        )


def compare(folder: Path, days: list[date], *, with_spark: bool) -> int:
    """How many of the statements are answered differently, each told in a line."""
    with snapshot():
        position = data_version().position
        print(f"position {position}: {write_all(folder, position=position)}")
        product = Product.objects.order_by("pk").values_list("pk", flat=True).first()
        asked = texts(known=position, days=days, product=product)
        answers = [timed(at_home, text) for text in asked]
    engines = {"DuckDB": duck(folder)} | ({"Spark": spark(folder)} if with_spark else {})
    wrong = 0
    for text, (rows, seconds) in zip(asked, answers, strict=True):
        told = [f"PostgreSQL {seconds:.2f} s"]
        for name, ask in engines.items():
            found, took = timed(ask, text)
            equal = comparable(found) == comparable(rows)
            wrong += not equal
            told.append(f"{name} {took:.2f} s {'equal' if equal else 'NOT EQUAL'}")
        print(f"{text.name}: {len(rows):,} rows; {', '.join(told)}")
    return wrong


def timed(ask: Rows, text: Text) -> tuple[list[tuple], float]:
    began = perf_counter()
    return ask(text.sql, text.values), perf_counter() - began


def at_home(sql: str, values: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def spark(folder: Path) -> Rows:
    """Asks Spark: two workers of their own, each a process, on this machine."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  (only where it is asked for)

    session = SparkSession.builder.master(WORKERS).appName("portico").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.shuffle.partitions", "4")
    for name, facts in EXPORTED.items():
        session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(facts.table)

    def rows(sql: str, values: dict) -> list[tuple]:
        text = transpiled(sql, values, dialect="spark")
        return [tuple(row) for row in session.sql(text).collect()]

    return rows


if __name__ == "__main__":
    sys.exit(main())
