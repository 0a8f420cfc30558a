"""Asking for findings as somebody who may see everything."""

from datetime import date

from config.access.models import User
from config.findings import Asked, Finding, check
from portfolio.models import Portfolio, PortfolioModel

ON = date(2026, 6, 1)


def everything(on: date = ON) -> Asked:
    return Asked(User(is_superuser=True), on)


def found(*codes: str, on: date = ON) -> list[Finding]:
    return check(everything(on), codes=codes or None)


def kinds(on: date = ON) -> list[str]:
    return [each.kind.code for each in found(on=on)]


def rows(code: str, on: date = ON) -> list[str]:
    """What the kind found, by the codes of the rows to mend."""
    return [str(each.found.row) for each in found(code, on=on)]


def become(portfolio: Portfolio, model: PortfolioModel) -> None:
    portfolio.model = model
    portfolio.save()
