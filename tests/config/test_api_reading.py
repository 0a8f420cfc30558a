"""Reading refuses only where the document says so, on the first and the last of all days too."""

from itertools import product as pairs

import pytest

from accounts.models import Account
from config.api.document import document
from pricing.models import Plan
from tests.permissions.rows import make_rows

pytestmark = pytest.mark.django_db
ASKED = {
    path: operation
    for path, methods in document("config.urls")["paths"].items()
    if (operation := methods.get("get"))
    and any(each["name"] == "on" for each in operation.get("parameters", []))
}
DAYS = [None, "0001-01-01", "1900-01-01", "9000-12-31", "9999-12-31"]


def named(path: str) -> list[dict]:
    """What the required parameters of a question may be, from rows that there are."""
    required = {p["name"] for p in ASKED[path]["parameters"] if p.get("required")} - {"code", "id"}
    if required == {"account"}:
        return [{"account": account.code} for account in Account.objects.all()]
    tiers = Plan.objects.exclude(product=None).select_related("product")
    each = {"plan": "code", "other": "code", "product": "product.code"}
    assert required <= {*each}
    return [
        {name: plan.product.code if name == "product" else plan.code for name in required}
        for plan in (tiers[:3] if required else [None])
    ]


def addresses(client, path: str) -> list[str]:
    """The path for each of the first rows of its list."""
    if "{" not in path:
        return [path]
    rows = client.get(path.partition("{")[0]).json()["results"]
    key = path.partition("{")[2].partition("}")[0]
    return [path.replace(f"{{{key}}}", str(row[key])) for row in rows[:8]]


@pytest.mark.parametrize("resource", sorted({path.split("/")[3] for path in ASKED}))
def test_a_day_that_is_asked_about_is_answered_as_documented(program, resource):
    make_rows()
    boss = program("viewer", is_superuser=True)
    for path in ASKED:
        if path.split("/")[3] == resource:
            ask_about_days(boss, path)


def ask_about_days(client, path: str) -> None:
    asked = list(pairs(addresses(client, path), named(path), DAYS))
    assert asked
    for address, given, day in asked:
        query = {name: text for name, text in given.items() if f"{{{name}}}" not in path}
        if day:
            query["on"] = day
        answer = client.get(address.replace("{other}", given.get("other", "")), query)
        assert str(answer.status_code) in ASKED[path]["responses"], (address, query, answer.json())
