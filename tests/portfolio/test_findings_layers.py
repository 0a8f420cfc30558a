"""S1: in a layered portfolio each attach product requires a core product."""

import pytest

from config.findings import Severity
from portfolio.models import PortfolioModel, ProductRole, SequenceKind
from tests.factories import PortfolioFactory, ProductFactory, StepFactory
from tests.portfolio.asking import become, found, rows

pytestmark = pytest.mark.django_db

CODE = "layered-attach-without-core"


@pytest.fixture
def home():
    return PortfolioFactory(code="home", model=PortfolioModel.LAYERED)


@pytest.fixture
def core(home):
    return ProductFactory(code="crm", portfolio=home, is_core=True)


def attach(home, code="voice"):
    return ProductFactory(code=code, portfolio=home, role=ProductRole.ATTACH)


def test_s1_an_attach_product_requires_a_core_product(home, core):
    voice = attach(home)

    (only,) = found(CODE)
    assert (only.kind.severity, only.found.row) == (Severity.ERROR, voice)
    assert only.found.facts == {"core": ["crm"]}

    StepFactory(before=core, after=voice, kind=SequenceKind.REQUIRES)
    assert found(CODE) == []


@pytest.mark.parametrize("case", ["recommended", "backwards", "not core", "another portfolio"])
def test_s1_nothing_less_will_do(home, core, case):
    voice, kind = attach(home), SequenceKind.REQUIRES
    before, after = core, voice
    if case == "recommended":
        kind = SequenceKind.RECOMMENDED
    elif case == "backwards":
        before, after = voice, core
    elif case == "not core":
        before = ProductFactory(portfolio=home)
    else:
        before = ProductFactory(portfolio=PortfolioFactory(code="other"), is_core=True)
    StepFactory(before=before, after=after, kind=kind)

    assert rows(CODE) == ["voice"]


def test_s1_only_layered_portfolios_are_asked(home, core):
    attach(home)
    for model in set(PortfolioModel) - {PortfolioModel.LAYERED}:
        become(home, model)
        assert found(CODE) == []
