"""What a spreadsheet cannot do: faults, conflicts, what stays, and who may not."""

import pytest

from config.access.models import User
from config.audit.models import Event as Audited
from portfolio.models import Product, Segment, Threshold
from tests.config.sheets.pages import (
    CSV,
    bring,
    carried,
    exported,
    page,
    preview,
    problems,
    rows_of,
    written,
)
from tests.config.sheets.test_reading import HOSTILE
from tests.factories import (
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    SegmentFactory,
    ThresholdFactory,
)
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db


def test_no_import_without_a_reason(ops):
    SegmentFactory()
    data = exported(ops, "portfolio.segment")

    shown = preview(ops, "portfolio.segment", data, why=" ")

    assert "change_reason" in shown.context["form"].errors
    assert "result" not in shown.context


def test_all_or_nothing_and_every_fault_by_row_column_value_and_reason(ops):
    ProductFactory(code="crm", portfolio__code="home")
    header = "code,name,portfolio,role,available_from,end_of_sale_on,is_core"
    lines = [
        "good,Good,home,anchor,2025-01-01,,false",
        "bad,Bad,nowhere,anchor,2025-01-01,,false",
        "late,Late,home,anchor,2025-01-01,2024-01-01,false",
        "odd,Odd,home,hero,31.12.2025,,maybe",
        "good,Twice,home,anchor,2025-01-01,,false",
        ",Nameless,home,anchor,2025-01-01,,false",
        "sun,Sun,home,sunset,,,false",
    ]
    before = Audited.objects.count()

    shown = preview(ops, "portfolio.product", "\n".join([header, *lines]).encode())

    found = {(row, column, value): reason for row, column, value, reason in problems(shown)}
    assert found.keys() == {
        (3, "portfolio", "nowhere"),
        (4, "end_of_sale_on", "2024-01-01"),
        (5, "available_from", "31.12.2025"),
        (5, "is_core", "maybe"),
        (5, "role", "hero"),
        (6, "code", "good"),
        (7, "code", ""),
        (8, "end_of_sale_on", ""),
    }
    assert found[4, "end_of_sale_on", "2024-01-01"].startswith("The dates must follow one another")
    assert found[8, "end_of_sale_on", ""] == "A sunset product needs the day its sale ends."
    assert "confirm_form" not in shown.context
    assert Product.objects.count() == 1
    assert Audited.objects.count() == before


def test_a_choice_that_there_is_not_is_named(ops):
    PortfolioFactory()

    shown = preview(ops, "portfolio.portfolio", b"code,name,model\nx,X,pyramid")

    ((row, column, value, reason),) = problems(shown)
    assert (row, column, value) == (2, "model", "pyramid")
    assert "pyramid is not one of the available choices" in reason


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda row: row, "Somebody changed this row after it was exported"),
        (lambda row: row | {"version": ""}, "There is such a row already"),
        (lambda row: row | {"version": "seven"}, "Somebody changed this row"),
    ],
)
def test_a_row_that_changed_since_the_export_conflicts(change, sentence, ops):
    SegmentFactory(code="smb", name="Small")
    (row,) = rows_of(exported(ops, "portfolio.segment"))
    Segment.objects.update(name="Somebody else's")

    answer = bring(ops, "portfolio.segment", written([change(row | {"name": "Mine"})]))

    ((number, column, _, reason),) = problems(answer)
    assert (number, column) == (2, "version")
    assert sentence in reason
    assert Segment.objects.get().name == "Somebody else's"


def test_a_row_that_changes_between_preview_and_confirmation_conflicts(ops):
    SegmentFactory(code="smb", name="Small")
    (row,) = rows_of(exported(ops, "portfolio.segment"))
    shown = preview(ops, "portfolio.segment", written([row | {"name": "Mine"}]))
    Segment.objects.update(name="Somebody else's")

    answer = ops.post(page("portfolio.segment", "process_import"), carried(shown))

    assert "after it was exported" in answer.text
    assert Segment.objects.get().name == "Somebody else's"


def test_a_row_that_is_gone_is_not_added_by_accident(ops):
    segment = SegmentFactory(code="smb")
    data = exported(ops, "portfolio.segment")
    segment.delete()

    ((row, column, _, reason),) = problems(preview(ops, "portfolio.segment", data))

    assert (row, column) == (2, "version")
    assert "no such row any more" in reason


def test_what_is_written_once_stays(ops):
    plan = PlanFactory(code="crm-pro", rank=1)
    (row,) = rows_of(exported(ops, "pricing.tier"))
    other = ProductFactory(code="desk", portfolio=plan.product.portfolio)

    shown = preview(ops, "pricing.tier", written([row | {"product": other.code, "rank": "9"}]))

    assert {(column, value) for _, column, value, _ in problems(shown)} == {
        ("product", "desk"),
        ("rank", "9"),
    }


def test_columns_that_are_left_out_stay_as_they_are(ops):
    ThresholdFactory(code="cut", value="0.5", source="A book.")
    data = b"code,starts_on,value,version\ncut,2020-01-01,0.75,1"

    assert bring(ops, "portfolio.threshold", data).status_code == 302

    threshold = Threshold.objects.get(code="cut")
    assert (f"{threshold.value:f}", threshold.source) == ("0.750000", "A book.")


@pytest.mark.parametrize(
    ("data", "column", "reason"),
    [
        (b"code,colour\na,b", "colour", "There is no such column"),
        (b"name,rank\na,1", "code", "The column that names the row is missing"),
    ],
)
def test_columns_are_those_of_the_table(data, column, reason, ops):
    ((row, found, _, said),) = problems(preview(ops, "portfolio.segment", data))

    assert (row, found) == (None, column)
    assert reason in said


def test_a_new_version_is_not_published_by_a_file(ops):
    PlanFactory(code="crm-pro")
    data = b"plan,number,state,starts_on\ncrm-pro,1,published,2026-01-01"

    assert problems(preview(ops, "pricing.planversion", data)) == [
        (2, "state", "published", "It is not typed in: leave it empty.")
    ]


def test_a_published_version_is_kept_and_the_row_is_named(ops):
    PlanVersionFactory(state="published", existing_treatment="keep")
    (row,) = rows_of(exported(ops, "pricing.planversion"))

    shown = preview(ops, "pricing.planversion", written([row | {"existing_treatment": "policy"}]))

    ((number, _, _, reason),) = problems(shown)
    assert number == 2
    assert "is never edited; end it" in reason


def test_an_owner_that_is_not_seen_stays(ops):
    owner = User.objects.get(email__startswith="user")
    ProductFactory(code="crm", owner=owner)
    (row,) = rows_of(exported(ops, "portfolio.product"))

    assert bring(ops, "portfolio.product", written([row | {"name": "New"}])).status_code == 302

    assert Product.objects.values_list("name", "owner").get() == ("New", owner.pk)


@pytest.mark.parametrize("role", ["viewer", "sales", "finance_approver"])
def test_who_may_not_import_is_shut_out(role, client):
    client.force_login(of_role(role))

    assert client.get(page("portfolio.product", "import")).status_code == 403
    assert preview(client, "portfolio.product", b"code\na").status_code == 403
    assert client.post(page("portfolio.product", "process_import"), {}).status_code == 403
    may_export = role == "finance_approver"
    answer = client.post(page("portfolio.product", "export"), {"format": CSV})
    assert answer.status_code == (200 if may_export else 403)
    listed = client.get(page("portfolio.product", "changelist")).text
    assert (page("portfolio.product", "export") in listed) == may_export
    assert page("portfolio.product", "import") not in listed


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_on_the_page(name, ops):
    answer = preview(ops, "portfolio.segment", HOSTILE[name][0])

    assert answer.status_code == 200
    assert answer.context["form"].errors["import_file"]
    assert not Segment.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"import_file_name": "x"},
        {"import_file_name": ""},
        {"import_file_name": "../../etc/passwd"},
        {"change_reason": ""},
        {"change_reason": "x" * 501},
        {"change_reason": "\0"},
    ],
)
def test_what_was_not_previewed_is_not_imported(changed, ops):
    shown = preview(ops, "portfolio.segment", b"code,name,rank\nsmb,Small,1")

    answer = ops.post(page("portfolio.segment", "process_import"), {**carried(shown), **changed})

    assert answer["Location"] == page("portfolio.segment", "import")
    assert not Segment.objects.exists()


def test_no_more_rows_change_than_a_request_can_carry(ops, monkeypatch):
    monkeypatch.setattr("config.admin.spreadsheets.sheet.MOST_CHANGES", 2)
    SegmentFactory(code="smb")
    same = exported(ops, "portfolio.segment").decode("utf-8-sig").splitlines()
    new = [f"new-{n},New {n},{n}," for n in range(90, 93)]

    two = preview(ops, "portfolio.segment", "\n".join([*same, *new[:2]]).encode())
    three = preview(ops, "portfolio.segment", "\n".join([*same, *new]).encode())

    assert (two.context["result"].added, problems(two)) == (2, [])
    assert [reason for *_, reason in problems(three)] == [
        "More than 2 rows change: send them in parts."
    ]
