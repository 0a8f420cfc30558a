"""What is written about events is what they are."""

import re
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from standardwebhooks import Webhook

from config.api.document import document
from config.outbox.api.schema import example
from config.outbox.deliveries import SCHEDULE
from config.outbox.kinds import kinds
from config.outbox.models.endpoint import new_secret

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text()


def table() -> str:
    """The kinds as the document lists them."""
    lines = ["| Kind | Meaning | Subject | Members |", "|---|---|---|---|"]
    for kind in kinds.values():
        members = ", ".join(f"`{name}`" for name in kind.example)
        lines.append(f"| `{kind.code}` | {kind.meaning} | `{kind.subject}` | {members} |")
    return "\n".join(lines)


def test_the_document_lists_every_kind():
    listed = re.search(r"<!-- kinds:.*?-->\n(.*?)<!-- end -->", TEXT, re.DOTALL)[1].strip()

    assert listed == table(), f"docs/webhooks.md should say:\n{table()}"


def test_the_document_tells_the_schedule():
    sentence = TEXT.split("tried again: at once, then after ")[1].split(";")[0]
    units = {"min": 60, "h": 3600}
    told = [int(n) * units[unit] for n, unit in re.findall(r"(\d+) (min|h)", sentence)]

    assert told == [wait.total_seconds() for wait in SCHEDULE[1:]]


@pytest.mark.parametrize("code", list(kinds))
def test_the_openapi_document_has_a_message_of_each_kind(code):
    operation = document("config.urls")["webhooks"][code]["post"]
    content = operation["requestBody"]["content"]["application/json"]

    assert operation["description"] == kinds[code].meaning
    jsonschema.validate(content["example"], content["schema"])
    assert content["example"] == example(kinds[code])


def test_the_sample_verifies_a_signature(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    sample: dict = {}
    exec(code, sample)  # noqa: S102  (the sample of our own document)
    secret, now = new_secret(), datetime.now(UTC)
    body = '{"type":"product.changed","data":{"subject":"/products/crm/"}}'
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1", now, body),
    }
    seen: set[str] = set()

    assert sample["receive"](secret, headers, body.encode(), seen) == 204
    assert sample["receive"](secret, headers, body.encode(), seen) == 204
    assert sample["receive"](new_secret(), headers, body.encode(), seen) == 400
    assert capsys.readouterr().out == "product.changed /products/crm/\n"
