"""Every kind of bad row is named with file, row, column, value and reason, and changes nothing."""

from pathlib import Path

import pytest

from accounts.importing import Problem, Refused, Report
from accounts.models import Account, SubscriptionLine
from portfolio.models import Product, Segment
from tests.factories import AccountFactory
from tests.factories.books import bring, held, import_files

pytestmark = pytest.mark.django_db

ACCOUNTS = "account_id,segment,region,created\n"
ITEMS = "account_id,product,tier,start_date,end_date,mrr_cents\n"
GOOD_ACCOUNT, GOOD_ITEM = "acme,smb,emea,2024-01-01\n", "acme,CRM,base,2024-01-01,,100\n"


@pytest.fixture
def files(tmp_path):
    """Imports the good rows with others below, given as text or bytes."""

    def bring(accounts="", items="", **options) -> Report:
        paths = {"accounts": tmp_path / "accounts.csv", "items": tmp_path / "items.csv"}
        given = {
            "accounts": (ACCOUNTS + GOOD_ACCOUNT, accounts),
            "items": (ITEMS + GOOD_ITEM, items),
        }
        for name, (start, rest) in given.items():
            body = rest if isinstance(rest, bytes) else rest.encode()
            paths[name].write_bytes(start.encode() + body)
        return import_files(**paths, **options)

    return bring


def only_problem(files, **given) -> Problem:
    with pytest.raises(Refused) as refusal:
        files(**given)
    (problem,) = refusal.value.report.problems
    assert not Account.objects.exists()
    assert not SubscriptionLine.objects.exists()
    assert not Product.objects.exists()
    return problem


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        ("acme,CRM,base,2024-02-01,,-1", "mrr_cents", "-1", "negative_revenue"),
        ("acme,CRM,base,2024-02-01,,1.5", "mrr_cents", "1.5", "unreadable_number"),
        ("acme,CRM,base,2024-02-01,,1_0", "mrr_cents", "1_0", "unreadable_number"),
        ("acme,CRM,base,2024-02-01,,１", "mrr_cents", "１", "unreadable_number"),
        ("acme,CRM,base,2024-02-01,,", "mrr_cents", "", "unreadable_number"),
        ("acme,CRM,base,2024-02-01,,9999999999999", "mrr_cents", "9999999999999", "too_large"),
        ("acme,CRM,base,2020-W01-1,,1", "start_date", "2020-W01-1", "unreadable_date"),
        ("acme,CRM,base,20200101,,1", "start_date", "20200101", "unreadable_date"),
        ("acme,CRM,base,2020-02-30,,1", "start_date", "2020-02-30", "unreadable_date"),
        ("acme,CRM,base,２０２０-01-01,,1", "start_date", "２０２０-01-01", "unreadable_date"),
        ("acme,CRM,base,,,1", "start_date", "", "unreadable_date"),
        ("acme,CRM,base,2020-01-01,soon,1", "end_date", "soon", "unreadable_date"),
        ("acme,CRM,base,2020-01-01T00:00,,1", "start_date", "2020-01-01T00:00", "unreadable_date"),
        ("acme,,base,2024-02-01,,1", "product", "", "missing"),
        ("acme,CRM, ,2024-02-01,,1", "tier", " ", "missing"),
        (",CRM,base,2024-02-01,,1", "account_id", "", "missing"),
        ("acme,???,base,2024-02-01,,1", "product", "???", "no_code"),
        (f"acme,{'x' * 121},base,2024-02-01,,1", "product", "x" * 121, "too_long"),
        (f"acme,{'x' * 300},base,2024-02-01,,1", "product", "x" * 200, "too_long"),
        ("acme,C\0RM,base,2024-02-01,,1", "product", "C\0RM", "unclean"),
        ("globex,CRM,base,2024-02-01,,1", "account_id", "globex", "unknown_account"),
        ("acme,CRM,base,2024-01-01,,100", "account_id", "acme", "duplicate_item"),
        ("acme!,CRM,base,2024-02-01,,1", "account_id", "acme!", "one_code"),
        ("acme,CRM!,base,2024-02-01,,1", "product", "CRM!", "one_code"),
        ("acme,CRM,base!,2024-02-01,,1", "tier", "base!", "one_code"),
        ("acme,CRM,base", "mrr_cents", "acme,CRM,base", "short_row"),
        ('acme,"CRM"x,base,2024-02-01,,1', "-", "", "not_csv"),
    ],
)
def test_a_bad_item_is_named(files, row, column, value, code):
    problem = only_problem(files, items=row)

    assert (problem.file, problem.row) == ("items.csv", 3)
    assert (problem.column, problem.value, problem.code) == (column, value, code)
    assert len(problem.reason) > 10


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        ("acme,smb,emea,2024-01-01", "account_id", "acme", "duplicate_account"),
        ("acme,mid,emea,2024-01-01", "account_id", "acme", "duplicate_account"),
        ("acme!,smb,emea,2024-01-01", "account_id", "acme!", "one_code"),
        ("b,smb!,emea,2024-01-01", "segment", "smb!", "one_code"),
        ("b,smb,emea.,2024-01-01", "region", "emea.", None),
        ("b,smb,(emea),2024-01-01", "region", "(emea)", "one_code"),
        ("b,***,emea,2024-01-01", "segment", "***", "no_code"),
        ("b,s\0b,emea,2024-01-01", "segment", "s\0b", "unclean"),
        ("b,smb,emea,", "created", "", "unreadable_date"),
        ("b,smb,emea", "created", "b,smb,emea", "short_row"),
    ],
)
def test_a_bad_account_is_named(files, row, column, value, code):
    if code is None:  # a dot is a sign of its own: another region
        files(accounts=row)
        return
    problem = only_problem(files, accounts=row)

    assert (problem.file, problem.row) == ("accounts.csv", 3)
    assert (problem.column, problem.value, problem.code) == (column, value, code)


def test_two_pairs_of_product_and_tier_may_not_become_one_plan(files):
    problem = only_problem(
        files, items="acme,CRM,base-x,2024-01-01,,1\nacme,CRM-base,x,2024-01-01,,1"
    )

    assert (problem.row, problem.column, problem.code) == (4, "tier", "one_code")


def problem_of(path: Path, **options) -> Problem:
    with pytest.raises(Refused) as refusal:
        import_files(**options)
    return next(p for p in refusal.value.report.problems if p.file == path.name)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("account_id,product,tier,start_date,end_date", "mrr_cents"),
        ("account_id,product,tier,start_date,end_date,mrr_cents,tier", "tier"),
        ("account_id;product;tier;start_date;end_date;mrr_cents", "account_id"),
        ("", "account_id"),
    ],
)
@pytest.mark.parametrize("skip", [False, True])
def test_without_its_columns_a_file_is_refused_even_if_bad_rows_are_skipped(
    tmp_path, header, column, skip
):
    path = tmp_path / "items.csv"
    path.write_text(header)

    problem = problem_of(path, items=path, skip_bad_rows=skip, create_accounts=True)

    assert (problem.row, problem.column, problem.code) == (1, column, "missing_column")


@pytest.mark.parametrize("skip", [False, True])
def test_a_file_that_is_not_utf8_has_no_rest_to_import(files, skip):
    problem = only_problem(files, items=b"m\xfcller,CRM,base,2024-01-01,,1", skip_bad_rows=skip)

    assert (problem.file, problem.code) == ("items.csv", "not_utf8")
    assert "xfc" in problem.value


def test_a_quote_that_is_left_open_names_where_it_was_opened(files):
    problem = only_problem(files, items=f'acme,"CRM,base,2024-02-01,,1\n{GOOD_ITEM * 3}')

    assert (problem.row, problem.code) == (3, "not_csv")
    assert "lines 3 to 6" in problem.reason


def test_a_value_over_several_lines_is_named_by_its_first(files):
    problem = only_problem(files, items='acme,"CRM\nnew",base,yesterday,,1')

    assert (problem.row, problem.value) == (3, "yesterday")


@pytest.mark.parametrize(
    "rows",
    [{"items": "acme CRM base 2024-01-01 - 100"}, {"accounts": "acme smb emea 2020-01-01"}],
)
def test_an_account_pays_in_one_currency(tmp_path, rows):
    AccountFactory(code="acme", currency="EUR")

    with pytest.raises(Refused) as refusal:
        bring(tmp_path, **rows)

    (problem,) = refusal.value.report.problems
    assert (problem.row, problem.value, problem.code) == (2, "EUR", "other_currency")


@pytest.mark.parametrize(
    "item",
    [
        "acme CRM base 2024-01-01 - 200",
        "acme CRM base 2024-01-01 2024-05-01 200",
    ],
)
def test_an_item_with_other_terms_than_ours_is_named(tmp_path, item):
    bring(tmp_path, "acme smb emea 2024-01-01", "acme CRM base 2024-01-01 - 100")

    with pytest.raises(Refused) as refusal:
        bring(tmp_path, items=item)

    (problem,) = refusal.value.report.problems
    assert (problem.row, problem.column, problem.code) == (2, "mrr_cents", "changed_item")
    assert "we have 100 until open" in problem.value


def test_an_item_that_ended_cannot_be_open_again(tmp_path):
    bring(tmp_path, "acme smb emea 2024-01-01", "acme CRM base 2024-01-01 2024-05-01 100")

    with pytest.raises(Refused) as refusal:
        bring(tmp_path, items="acme CRM base 2024-01-01 - 100")

    assert refusal.value.report.problems[0].code == "changed_item"


@pytest.mark.parametrize(
    "account",
    ["acme mid emea 2024-01-01", "acme smb amer 2024-01-01", "acme smb emea 2024-01-02"],
)
def test_an_account_with_other_facts_than_ours_is_named(tmp_path, account):
    bring(tmp_path, "acme smb emea 2024-01-01")

    with pytest.raises(Refused) as refusal:
        bring(tmp_path, account)

    (problem,) = refusal.value.report.problems
    assert (problem.row, problem.column, problem.code) == (2, "account_id", "changed_account")
    assert Segment.objects.count() == 1


def test_the_rest_is_imported_where_bad_rows_are_skipped(files):
    report = files(
        accounts="b,smb,emea,yesterday\n",
        items="b,CRM,base,2024-01-01,,1\nacme,MKT,base,2024-01-01,,50\nacme,CRM,base,2024-02-01,,-1\n",
        skip_bad_rows=True,
    )

    assert [line[5] for line in held()] == [100, 50]
    assert [(p.file, p.row, p.code) for p in report.problems] == [
        ("accounts.csv", 3, "unreadable_date"),
        ("items.csv", 3, "unknown_account"),
        ("items.csv", 5, "negative_revenue"),
    ]


def test_an_account_whose_row_was_skipped_is_not_made_for_its_items(files):
    report = files(
        accounts="b,smb!,emea,2024-01-01\n",
        items="b,OPS,base,2024-01-01,,1\n",
        skip_bad_rows=True,
    )

    assert [problem.code for problem in report.problems] == ["one_code", "unknown_account"]
    assert not Account.objects.filter(code="b").exists()
    assert not Product.objects.filter(code="OPS").exists()


def test_problems_beyond_a_thousand_are_counted(files):
    with pytest.raises(Refused, match="1500 rows are wrong") as refusal:
        files(items="acme,CRM,base,never,,1\n" * 1500)

    assert len(refusal.value.report.problems) == 1000


def test_a_problem_reads_as_a_sentence(files):
    problem = only_problem(files, items="acme,CRM,base,never,,1")

    assert str(problem) == ("items.csv, row 3, column start_date: 'never': a date is YYYY-MM-DD")
