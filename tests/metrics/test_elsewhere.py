"""The facts as Parquet, and figures from them by another engine: the same text, the same rows."""

from contextlib import contextmanager
from datetime import date
from io import BytesIO

import numpy as np
import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from pyarrow import parquet

from accounts.models import LedgerEntry, SubscriptionLine
from accounts.profiles import classify
from accounts.subscriptions import end_line
from benchmarks.transpiled import comparable, duck, texts
from metrics import answering, engine
from metrics.columns import reading
from metrics.exporting import EXPORTED, write_all
from metrics.inputs.activity import UPGRADED
from metrics.inputs.adoption import ADOPTION
from metrics.inputs.cohorts import COHORTS
from metrics.inputs.first_days import FIRST_DAYS
from metrics.inputs.holdings import SETS, SIZES
from metrics.inputs.kept import KEPT
from metrics.inputs.lives import LIVES
from metrics.inputs.movements import MOVEMENTS
from metrics.inputs.pairs import PAIRS, PAYING
from metrics.inputs.upgrades import UPGRADES
from metrics.registry import metrics
from portfolio.models import Product, Segment
from tests.factories.books import bring
from tests.factories.figures import figure
from tests.factories.people import of_role, program_of
from tests.metrics.test_worked_example import ACCOUNTS, ITEMS

pytestmark = pytest.mark.django_db

# Inputs that are the ledger's rows and arithmetic on them. The other figures read offers,
# signals, assignments and lines, which are rows of many tables: they are not exported.
OF_THE_LEDGER = (
    SIZES,
    SETS,
    MOVEMENTS,
    PAIRS,
    KEPT,
    LIVES,
    PAYING,
    COHORTS,
    FIRST_DAYS,
    ADOPTION,
    UPGRADES,
    UPGRADED,
)
CODES = [metric.code for metric in metrics.values() if metric.reads in OF_THE_LEDGER]
ELSEWHERE = {
    "bundle-share",
    "cohort-feature-use",
    "expansion-velocity",
    "experiment-results",
    "incentive-dependence",
    "motion-conversion",
    "owner-book",
    "routing-balance",
    "signal-quality",
    "trial-conversion",
}
GAP = "a5 CRM base 2024-06-01 2024-08-01 700\na5 CRM base 2024-10-01 2024-11-01 900"
DAYS = [date(2024, 12, 31), date(2025, 12, 31)]


@pytest.fixture
def corrected(tmp_path):
    """The worked example, with entries that were taken back and a customer put elsewhere."""
    bring(tmp_path, ACCOUNTS, f"{ITEMS}{GAP}")
    line = SubscriptionLine.objects.filter(ends_on=None).order_by("pk").first()
    end_line(line=line, on=date(2025, 11, 3))
    never = SubscriptionLine.objects.get(starts_on=date(2025, 9, 1))
    end_line(line=never, on=never.starts_on)
    account = SubscriptionLine.objects.order_by("pk").last().account
    where = {"segment": Segment.objects.order_by("pk").last(), "region": None}
    classify(account=account, starts_on=date(2025, 12, 1), **where)
    return LedgerEntry.objects.order_by("position").last().position


@pytest.fixture
def asked_elsewhere(corrected, tmp_path):
    write_all(tmp_path, position=corrected)
    return duck(tmp_path)


def test_the_same_text_gives_the_same_rows(corrected, asked_elsewhere):
    product = Product.objects.order_by("pk").first().pk
    found = texts(known=corrected, days=DAYS, product=product)

    assert len(found) == 13
    for text in found:
        with answering.connection.cursor() as cursor:
            cursor.execute(text.sql, text.values)
            rows = cursor.fetchall()
        assert rows, text.name
        assert comparable(asked_elsewhere(text.sql, text.values)) == comparable(rows), text.name


class Elsewhere:
    """A connection that asks another engine."""

    def __init__(self, ask) -> None:
        self.ask = ask

    @contextmanager
    def cursor(self):
        yield self

    def execute(self, sql: str, values: dict) -> None:
        self.found = self.ask(sql, values)

    def fetchall(self) -> list[tuple]:
        return self.found


def test_whole_figures_are_the_same_from_the_files(api, corrected, asked_elsewhere, monkeypatch):
    asked = {"on": "2025-12-31", "known_at": corrected}
    here = {code: figure(api, code, group_by="segment", **asked) for code in CODES}
    kinds = list(reading.WIDTHS.items())

    def arriving(select: str, values: dict, _row: np.dtype):
        rows = asked_elsewhere(select, values)
        yield np.array(rows, dtype=kinds)

    monkeypatch.setattr(engine, "connection", Elsewhere(asked_elsewhere))
    monkeypatch.setattr(reading, "rows_of", arriving)
    caches["metrics"].clear()

    assert len(CODES) == 23
    for code, answer in here.items():
        assert figure(api, code, group_by="segment", **asked) == answer, code


def test_every_figure_is_of_the_ledger_or_named():
    assert set(metrics) - set(CODES) == ELSEWHERE


def test_a_file_is_of_its_position(corrected, tmp_path):
    client = program_of(of_role("viewer"))
    whole = client.get("/api/v1/exports/ledger/")
    earlier = client.get("/api/v1/exports/ledger/", {"known_at": 4})
    written = whole.getvalue()
    table = parquet.read_table(BytesIO(written))

    assert whole["Content-Type"] == "application/vnd.apache.parquet"
    assert f'filename="ledger-{corrected}.parquet"' in whole["Content-Disposition"]
    assert table.schema.metadata[b"portico.position"] == str(corrected).encode()
    assert table["position"].to_pylist() == list(range(1, corrected + 1))
    assert -1 in table["sign"].to_pylist()
    assert parquet.read_table(BytesIO(earlier.getvalue())).num_rows == 4
    # byte by byte what it was, whatever has come since
    end_line(line=SubscriptionLine.objects.filter(ends_on=None).first(), on=date(2025, 12, 24))
    again = client.get("/api/v1/exports/ledger/", {"known_at": corrected})
    assert again.getvalue() == written
    call_command("export_parquet", tmp_path / "files", "--position", "4")
    for name, facts in EXPORTED.items():
        names = parquet.read_schema(tmp_path / "files" / f"{name}.parquet").names
        assert names == list(facts.columns)


def test_the_page_of_all_figures_links_the_files_for_who_may_have_them(client):
    for role, linked in (("viewer", True), ("sales", False)):
        client.force_login(of_role(role))
        page = client.get("/admin/figures/").content.decode()
        assert ("/api/v1/exports/ledger/" in page) is linked


def test_a_position_that_is_still_to_come_is_refused(corrected, tmp_path):
    client = program_of(of_role("viewer"))
    answer = client.get("/api/v1/exports/lines/", {"known_at": corrected + 1})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "no_such_position")
    assert client.get("/api/v1/exports/nothing/").status_code == 404
    assert program_of(of_role("sales")).get("/api/v1/exports/ledger/").status_code == 403
    with pytest.raises(CommandError, match="has come to position"):
        call_command("export_parquet", tmp_path, "--position", str(corrected + 1))
