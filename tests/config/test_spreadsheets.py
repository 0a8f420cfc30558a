"""Tables of the catalog out to a spreadsheet and back, through the pages of the admin."""

import io
import re
from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from config.access.models import User
from config.access.roles import SHEETS
from config.access.scoping import EXPORTED, _providers
from config.admin.spreadsheets import Spreadsheets
from config.audit.models import Event as Audited
from config.outbox.models import Event
from config.sheets.reading import read_table
from portfolio.models import Channel, Portfolio, Product, Segment
from pricing.models import Charge, Plan, PlanVersion
from tests.config.sheets.books import workbook
from tests.config.sheets.pages import (
    CSV,
    WHY,
    XLSX,
    bring,
    carried,
    exported,
    page,
    preview,
    problems,
    rows_of,
    written,
)
from tests.factories import (
    BundleFactory,
    ChargeFactory,
    IntegrationFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    StepFactory,
    ThresholdFactory,
    WorkflowEdgeFactory,
)
from tests.factories.exchange import ExchangeRateFactory
from tests.factories.people import of_role
from tests.factories.positioning import (
    BenchmarkFactory,
    ChannelFactory,
    SunsetPlanFactory,
    TargetingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(label, client):
    """Somebody who keeps the rows of the list."""
    role = "finance_preparer" if label == "pricing.exchangerate" else "product_ops"
    client.force_login(of_role(role))
    return client


MAKERS = {
    "portfolio.portfolio": lambda: PortfolioFactory(code="suite", name="=1+1"),
    "portfolio.product": lambda: ProductFactory(
        name="==2", value_proposition="-a\r\nb", end_of_sale_on=date(2030, 1, 1), is_core=True
    ),
    "portfolio.segment": lambda: SegmentFactory(name="+smb"),
    "portfolio.region": lambda: RegionFactory(name="@emea"),
    "portfolio.threshold": lambda: ThresholdFactory(value="123456789012.345678"),
    "portfolio.persona": lambda: PersonaFactory(description="+ one\nmore"),
    "portfolio.customerneed": NeedFactory,
    "portfolio.integration": lambda: IntegrationFactory(better_together="=both"),
    "portfolio.workflowedge": WorkflowEdgeFactory,
    "portfolio.sequence": StepFactory,
    "portfolio.coherenceoverride": OverrideFactory,
    "portfolio.targeting": TargetingFactory,
    "portfolio.channel": ChannelFactory,
    "portfolio.sunsetplan": SunsetPlanFactory,
    "portfolio.benchmark": BenchmarkFactory,
    "pricing.tier": lambda: PlanFactory(name="＝full", is_public=False),
    "pricing.addon": lambda: PlanFactory(kind="add_on"),
    "pricing.capacity": lambda: PlanFactory(kind="capacity"),
    "pricing.bundle": BundleFactory,
    "pricing.platform": lambda: BundleFactory(kind="platform"),
    "pricing.creditpack": lambda: BundleFactory(kind="credit_pack"),
    "pricing.planversion": PlanVersionFactory,
    "pricing.charge": ChargeFactory,
    "pricing.exchangerate": lambda: ExchangeRateFactory(rate="12345678.901234", per=100),
}


def test_every_list_that_goes_out_is_tried_here_and_has_its_permission():
    pages = {
        model._meta.label_lower: model._meta.concrete_model._meta
        for model, page in admin.site._registry.items()
        if isinstance(page, Spreadsheets)
    }

    assert pages.keys() == MAKERS.keys()
    assert {meta.label_lower for meta in pages.values()} <= set(SHEETS)
    assert {meta.default_permissions for meta in pages.values()} == {EXPORTED}


@pytest.mark.parametrize("kind", [CSV, XLSX])
@pytest.mark.parametrize("label", MAKERS)
def test_what_went_out_comes_back_and_changes_nothing(label, kind, keeper):
    MAKERS[label]()
    data = exported(keeper, label, kind)
    told = Event.objects.count()

    shown = preview(keeper, label, data)

    report = shown.context["result"]
    assert (report.outcomes, report.problems) == ([], [])
    assert report.unchanged == len(read_table(data)) >= 1
    assert "there is nothing to import" in shown.text
    assert Event.objects.count() == told


@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_a_row_that_was_deleted_is_as_it_was_when_it_comes_back(kind, ops):
    product = ProductFactory(code="2026", name="==2", end_of_sale_on=date(2030, 1, 1))
    before = Product.objects.values().get()
    data = exported(ops, "portfolio.product", kind)
    product.delete()
    table = read_table(data)
    table.rows[0][1].pop("version")
    again = written([table.rows[0][1]])

    assert bring(ops, "portfolio.product", again).status_code == 302

    after = Product.objects.values().get()
    assert after | {"id": 0} == before | {"id": 0}


def test_the_preview_shows_what_changes_and_then_it_does(ops):
    product = ProductFactory(code="crm", name="CRM", role="anchor")
    rows = rows_of(exported(ops, "portfolio.product"))
    rows[0] |= {"name": "CRM & more", "end_of_sale_on": "2030-01-01"}
    new = {**dict.fromkeys(rows[0], ""), "code": "desk", "name": "Desk", "portfolio": "home"}
    new |= {"is_core": "false", "origin": "native", "review_state": "not_needed"}
    data = written([*rows, new])

    shown = preview(ops, "portfolio.product", data)

    changed, added = shown.context["result"].outcomes
    assert (changed.row, changed.key, changed.is_new) == (2, "crm", False)
    assert ("name", "CRM", "CRM & more") in changed.cells
    assert ("end_of_sale_on", "–", "2030-01-01") in changed.cells
    assert len(changed.cells) == 2
    assert (added.row, added.key, added.is_new) == (3, "desk", True)
    assert "CRM &amp; more" in shown.text
    product.refresh_from_db()
    assert (product.name, Product.objects.count()) == ("CRM", 1)

    answer = ops.post(page("portfolio.product", "process_import"), carried(shown))

    assert answer["Location"] == page("portfolio.product", "changelist")
    product.refresh_from_db()
    assert (product.name, product.end_of_sale_on) == ("CRM & more", date(2030, 1, 1))
    assert Product.objects.get(code="desk").status(on=date(2026, 1, 1)) == "draft"


def test_the_trail_says_who_and_why_and_others_are_told(ops):
    SegmentFactory(code="smb", name="Small", rank=1)
    rows = rows_of(exported(ops, "portfolio.segment"))
    rows[0]["name"] = "Small and medium"
    rows.append({"name": "Large", "code": "ent", "rank": "2", "version": ""})

    bring(ops, "portfolio.segment", written(rows))

    told = Event.objects.filter(kind="segment.changed").order_by("id")
    assert [(event.subject, event.payload) for event in told] == [
        ("/segments/smb/", {"change": "changed"}),
        ("/segments/ent/", {"change": "added"}),
    ]
    user = User.objects.get(email__startswith="user")
    events = Audited.objects.filter(table_name="portfolio_segment").order_by("-id")[:2]
    assert {(e.operation, e.actor, e.reason, e.door) for e in events} == {
        ("U", f"user:{user.pk}", WHY, "admin"),
        ("I", f"user:{user.pk}", WHY, "admin"),
    }


def test_the_sheet_of_a_workbook_is_named(ops):
    rows = '<row r="1"><c r="A1" t="str"><v>code</v></c><c r="B1" t="str"><v>hue</v></c></row>'
    rows += '<row r="2"><c r="A2"><v>1</v></c></row>'

    shown = preview(ops, "portfolio.segment", workbook(rows))

    assert shown.context["result"].sheet == "S1"
    assert "sheet S1" in shown.text


def test_tiers_versions_and_charges_of_a_product_come_in(ops):
    ProductFactory(code="crm")
    bring(ops, "pricing.tier", b"code,name,product,rank\ncrm-pro,Pro,crm,2")
    bring(ops, "pricing.planversion", b"plan,number,state,starts_on\ncrm-pro,1,draft,2026-01-01")
    bring(ops, "pricing.charge", b"plan,code,cadence\ncrm-pro,seats,usage")

    assert Plan.objects.get().rank == 2
    assert PlanVersion.objects.get().state == "draft"
    assert Charge.objects.get().cadence == "usage"


def test_what_a_product_is_for_goes_out_and_comes_in(ops):
    product = ProductFactory(code="crm")
    product.personas.add(PersonaFactory(code="agent"), PersonaFactory(code="boss"))
    (row,) = rows_of(exported(ops, "portfolio.product"))
    assert row["personas"] == "agent, boss"

    PersonaFactory(code="seller")
    wrong = preview(ops, "portfolio.product", written([row | {"personas": "boss, nobody"}]))
    assert [(column, value) for _, column, value, _ in problems(wrong)] == [
        ("personas", "boss, nobody")
    ]
    bring(ops, "portfolio.product", written([row | {"personas": "seller,boss"}]))
    (row,) = rows_of(exported(ops, "portfolio.product"))
    assert row["personas"] == "boss, seller"

    bring(ops, "portfolio.product", f"code,name,version\ncrm,New,{row['version']}".encode())
    assert set(product.personas.values_list("code", flat=True)) == {"boss", "seller"}


def test_a_row_whose_key_is_partly_blank_is_found_again(ops):
    header = "product,segment,motion,owner_model,version"
    bring(ops, "portfolio.channel", f"{header}\n,,tier_upsell,csm_led,".encode())
    (row,) = [r for r in rows_of(exported(ops, "portfolio.channel")) if not r["product"]]
    assert row["owner_model"] == "csm_led"

    answer = bring(ops, "portfolio.channel", written([row | {"owner_model": "sales_led"}]))

    assert answer.status_code == 302, problems(answer)
    changed = Channel.objects.get(product=None, motion="tier_upsell")
    assert (changed.owner_model, changed.version) == ("sales_led", 2)


def test_the_list_goes_out_as_it_is_filtered(ops):
    ProductFactory(code="crm", role="anchor")
    ProductFactory(code="desk", role="attach")

    rows = rows_of(exported(ops, "portfolio.product", query="?role__exact=attach"))

    assert [row["code"] for row in rows] == ["desk"]
    assert ops.post(page("portfolio.product", "export") + "?status=x&p=zz").status_code in (
        200,
        302,
    )


def test_columns_are_those_that_the_role_may_see(ops, admin_client):
    ProductFactory(code="crm", owner=User.objects.get(email__startswith="user"))

    (mine,), (all_of_it,) = (
        rows_of(exported(client, "portfolio.product")) for client in (ops, admin_client)
    )

    assert "owner" not in mine
    assert all_of_it["owner"].startswith("user-")
    shown = preview(ops, "portfolio.product", written([all_of_it]))
    assert problems(shown)[0][1] == "owner"


def test_only_rows_that_one_may_see_go_out_and_come_in(ops, monkeypatch):
    ProductFactory(code="mine")
    ProductFactory(code="theirs", name="Theirs")
    monkeypatch.setitem(_providers, Product, lambda rows, actor: rows.filter(code="mine"))

    assert [row["code"] for row in rows_of(exported(ops, "portfolio.product"))] == ["mine"]
    shown = bring(ops, "portfolio.product", b"code,name,version\ntheirs,Mine now,1")
    assert problems(shown)
    assert Product.objects.get(code="theirs").name == "Theirs"


CELLS = ["", " ", "\0", "=1", "9" * 400, "-0", "1e9", "NaN", "🦜", "'; DROP TABLE x", "2026-02-30"]
CELLS += ["2026-01-01", "true", "<b>", "a,b", "\ud7ff", "٣", "1" * 19, "-1", "../x", "%00"]


@pytest.mark.parametrize("label", MAKERS)
def test_no_cell_breaks_an_import(label, keeper):
    MAKERS[label]()
    (row, *_) = rows_of(exported(keeper, label))
    for name in row:
        for cell in CELLS:
            answer = preview(keeper, label, written([row | {name: cell}]))
            assert answer.status_code == 200, (name, cell)


def test_a_workbook_of_another_program_comes_in(ops):
    shared = "<si><t>code</t></si><si><t>name</t></si><si><t>rank</t></si><si><t>smb</t></si>"
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="s"><v>2</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2"><v>2026</v></c>'
        '<c r="C2"><v>4</v></c></row>'
    )

    assert bring(ops, "portfolio.segment", workbook(rows, shared=shared)).status_code == 302

    assert Segment.objects.values_list("code", "name", "rank").get() == ("smb", "2026", 4)


def test_a_workbook_that_goes_out_has_types_and_a_header_that_stays(ops):
    ProductFactory(code="crm", is_core=True)

    sheet = load_workbook(io.BytesIO(exported(ops, "portfolio.product", XLSX))).active

    cells = dict(zip((c.value for c in sheet[1]), sheet[2], strict=True))
    assert sheet.freeze_panes == "A2"
    assert cells["available_from"].is_date
    assert (cells["is_core"].value, cells["version"].value) == (True, 1)


def test_an_export_costs_the_same_for_one_row_and_for_many(ops):
    ProductFactory()
    exported(ops, "portfolio.product")
    with CaptureQueriesContext(connection) as one:
        exported(ops, "portfolio.product")
    for _ in range(30):
        ProductFactory(portfolio=PortfolioFactory(code=f"p{Portfolio.objects.count()}"))

    with CaptureQueriesContext(connection) as many:
        exported(ops, "portfolio.product")
    assert len(many) <= len(one)


def test_rows_that_stay_cost_no_query_each(ops):
    for _ in range(3):
        ProductFactory()
    few = exported(ops, "portfolio.product")
    with CaptureQueriesContext(connection) as one:
        preview(ops, "portfolio.product", few)
    for _ in range(30):
        ProductFactory()
    data = exported(ops, "portfolio.product")

    with CaptureQueriesContext(connection) as many:
        preview(ops, "portfolio.product", data)
    assert len(many) <= len(one)


def test_the_pages_open_from_the_list(ops):
    ProductFactory()
    listed = ops.get(page("portfolio.product", "changelist")).text

    for name in ("import", "export"):
        assert re.search(f'href="{page("portfolio.product", name)}', listed)
        assert ops.get(page("portfolio.product", name)).status_code == 200
